/** What flags are about, in the order in which `--help` has them. */
export const groups = ["data", "recipe", "model", "training", "output", "compute"] as const;

interface FlagBase {
  /** Where `--help` shows the flag; without one, before all others. */
  group?: typeof groups[number];
  /** One line, for `--help`. */
  description: string;
  /** What stands for the value in `--help`, such as FILE. */
  placeholder?: string;
}

/** One text. */
export interface StringFlag extends FlagBase {
  type: "string";
  default?: string;
  choices?: readonly string[];
  required?: true;
}

/** One finite number. */
export interface NumberFlag extends FlagBase {
  type: "number";
  default?: number;
  required?: true;
  /** Smallest value allowed. */
  min?: number;
  /** Largest value allowed. */
  max?: number;
  integer?: true;
}

/** `--name` or `--no-name`; false unless its default says otherwise. */
export interface BooleanFlag extends FlagBase {
  type: "boolean";
  default?: boolean;
}

/** Several texts: the flag is repeated, or the values are separated by commas. */
export interface ListFlag extends FlagBase {
  type: "list";
  default?: readonly string[];
  choices?: readonly string[];
}

/** How one flag is written and checked. */
export type Flag = StringFlag | NumberFlag | BooleanFlag | ListFlag;

/** A command's flags by property name; `evalBatchSize` is written `--eval-batch-size`. */
export type Flags = Readonly<Record<string, Flag>>;

/** What a command takes; `--help`, `--version` and all checks follow from it. */
export interface Command<F extends Flags = Flags> {
  /** As in `deno task NAME`. */
  name: string;
  /** One line that says what the command does. */
  summary: string;
  flags: F;
  /** Arguments that are no flags; refused if left out. */
  texts?: { placeholder: string; description: string };
  /** Real calls, one for each task a user comes with. */
  examples: readonly { purpose: string; args: string }[];
}

type TextOf<F> = F extends { choices: readonly (infer Choice)[] } ? Choice : string;
type ScalarOf<F> = F extends { type: "number" } ? number : TextOf<F>;

/** The type of a flag's value: undefined is possible where it is neither required nor has a default. */
export type FlagValue<F extends Flag> = F extends { type: "boolean" } ? boolean
  : F extends { type: "list" } ? TextOf<F>[]
  : F extends { default: unknown } | { required: true } ? ScalarOf<F>
  : ScalarOf<F> | undefined;

/** Values of a command's flags. */
export type FlagValues<F extends Flags> = { [Name in keyof F]: FlagValue<F[Name]> };

/** Returns its argument; gives a command the exact types that its flag values follow from. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return command;
}

/** Flags with their group, where they do not name one. */
export function inGroup<const F extends Flags>(group: typeof groups[number], flags: F): F {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, { group, ...flag }])) as F;
}

/** `evalBatchSize` → `eval-batch-size`. */
export function flagName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

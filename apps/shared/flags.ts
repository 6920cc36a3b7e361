import { parseArgs } from "node:util";
import { suggest } from "@taxon/data";
import { call } from "./call.ts";
import { type Command, type Flag, flagName, type Flags, type FlagValues } from "./command.ts";

/** A command called in a way it does not understand: exit code 2, as the shell's own commands do. */
export class UsageError extends Error {
  override name = "UsageError";
  /** What the process ends with. */
  readonly exitCode = 2;
}

/** What a command was called with. */
export interface ParsedArguments<F extends Flags> {
  flags: FlagValues<F>;
  /** Property names of the flags that were written, whatever their values. */
  given: ReadonlySet<string>;
  /** Arguments that are no flags, and all behind `--`. */
  texts: string[];
}

/**
 * Reads a command line. Every value is checked here, so that a command starts only with what it can use.
 *
 * The splitting is Node's: unlike @std/cli it takes `-` as a value (`--file -`) and leaves texts that look like
 * numbers alone.
 *
 * @throws {UsageError} If a flag is unknown, given twice, missing, without value, or out of range.
 */
export function parseFlags<F extends Flags>(
  args: readonly string[],
  command: Command<F>,
): ParsedArguments<F> {
  const specs = new Map(Object.entries(command.flags).map(([property, flag]) => [flagName(property), flag]));
  const given = new Map<string, string[]>();
  const texts: string[] = [];

  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      [...specs].map(([name, flag]) => [name, { type: flag.type === "boolean" ? "boolean" : "string" }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") texts.push(token.value);
    if (token.kind !== "option") continue;
    const name = positiveName(token.name, specs);
    const flag = specs.get(name);
    if (!flag) throw unknownFlag(token.rawName, command, [...specs.keys()]);
    const value = flag.type === "boolean" ? booleanText(token, name) : token.value;
    if (value === undefined || value === "" || (!token.inlineValue && value.startsWith("--"))) {
      throw new UsageError(`Cannot use --${name} without a value: write --${name} ${placeholderOf(flag)}`);
    }
    const values = given.get(name) ?? [];
    if (values.length > 0 && flag.type !== "list") {
      throw new UsageError(`Cannot use --${name} twice: got ${values[0]} and ${value}`);
    }
    given.set(name, [...values, value]);
  }
  if (texts.length > 0 && !command.texts) {
    throw new UsageError(`Cannot use the argument "${texts[0]}": ${command.name} takes only flags`);
  }

  const values = Object.entries(command.flags).map(([property, flag]) => {
    const name = flagName(property);
    return [property, readValue(name, flag, given.get(name))];
  });
  const written = Object.keys(command.flags).filter((property) => given.has(flagName(property)));
  return { flags: Object.fromEntries(values), given: new Set(written), texts };
}

/** What stands for a flag's value in messages and help. */
export function placeholderOf(flag: Flag): string {
  if (flag.placeholder) return flag.placeholder;
  if ("choices" in flag && flag.choices) return flag.choices.join("|");
  return { string: "TEXT", number: "N", list: "A,B", boolean: "true|false" }[flag.type];
}

/** `header` for `no-header`, if that turns a boolean flag off. */
function positiveName(name: string, specs: ReadonlyMap<string, Flag>): string {
  const positive = name.replace(/^no-/, "");
  return !specs.has(name) && specs.get(positive)?.type === "boolean" ? positive : name;
}

function booleanText(token: { name: string; value?: string }, name: string): string | undefined {
  if (token.name === name) return token.value ?? "true";
  if (token.value !== undefined) {
    throw new UsageError(`Cannot use --${token.name} with a value: write --${token.name}`);
  }
  return "false";
}

function unknownFlag(rawName: string, command: Command, names: string[]): UsageError {
  const meant = suggest(rawName.replace(/^-+/, ""), [...names, "help", "version"]);
  const hint = meant ? `did you mean --${meant}` : `"${call} ${command.name} --help" lists all flags`;
  const escape = command.texts ? `; texts that start with - come after --` : "";
  return new UsageError(`Cannot use ${rawName}: unknown flag, ${hint}${escape}`);
}

function readValue(name: string, flag: Flag, given: string[] | undefined): unknown {
  if (!given) {
    if ("required" in flag && flag.required) {
      throw new UsageError(`Cannot start without --${name}: write --${name} ${placeholderOf(flag)}`);
    }
    if (flag.type === "list") return [...(flag.default ?? [])];
    return flag.default ?? (flag.type === "boolean" ? false : undefined);
  }
  switch (flag.type) {
    case "boolean":
      return readBoolean(name, given[0]);
    case "number":
      return readNumber(name, flag, given[0]);
    case "string":
      return readChoice(name, flag.choices, given[0]);
    case "list":
      return given.flatMap((text) => text.split(",")).filter((text) => text !== "")
        .map((text) => readChoice(name, flag.choices, text));
  }
}

function readBoolean(name: string, text: string): boolean {
  if (text !== "true" && text !== "false") {
    throw new UsageError(
      `Cannot use --${name}=${text}: write --${name}, --no-${name} or --${name}=true|false`,
    );
  }
  return text === "true";
}

function readNumber(name: string, flag: Flag & { type: "number" }, text: string): number {
  const value = Number(text);
  const { min = -Infinity, max = Infinity, integer } = flag;
  const isNumber = text.trim() !== "" && Number.isFinite(value) && (!integer || Number.isSafeInteger(value));
  if (!isNumber || value < min || value > max) {
    throw new UsageError(`Cannot use --${name} ${text}: expected ${describeRange(flag)}`);
  }
  return value;
}

/** `an integer from 1 to 64` */
export function describeRange({ min, max, integer }: Flag & { type: "number" }): string {
  const kind = integer ? "an integer" : "a number";
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind}, at least ${min}`;
  return max !== undefined ? `${kind}, at most ${max}` : kind;
}

function readChoice(name: string, choices: readonly string[] | undefined, text: string): string {
  if (!choices || choices.includes(text)) return text;
  const meant = suggest(text, choices);
  throw new UsageError(
    `Cannot use --${name} ${text}: choose ${choices.join(", ")}${meant ? `; did you mean ${meant}` : ""}`,
  );
}

import { type EncoderClassifierConfig, encoderSettings, headSettings, type Setting } from "@taxon/model";
import { type BooleanFlag, type Flag, flagName, type NumberFlag, type StringFlag } from "./command.ts";
import { UsageError } from "./flags.ts";

const settings = { ...encoderSettings, ...headSettings };

type FlagOf<Value> = [Value] extends [boolean] ? BooleanFlag
  : [Value] extends [number] ? NumberFlag & { default: number }
  : StringFlag & { default: string; choices: readonly Value[] };

/**
 * Flags that are settings of a model: all but the default is what the table of settings says.
 *
 * @param defaults What the flags mean that are not written.
 */
export function settingFlags<Name extends keyof typeof settings>(
  defaults: Pick<EncoderClassifierConfig, Name>,
): { [N in Name]: FlagOf<EncoderClassifierConfig[N]> } {
  const flags = Object.entries(defaults).map(([name, byDefault]) => {
    return [name, { group: "model", ...flagOf(settings[name as Name]), default: byDefault }];
  });
  return Object.fromEntries(flags);
}

function flagOf([, values, , description]: Setting): Flag {
  if (values === "boolean") return { type: "boolean", description };
  if (values === "share") return { type: "number", min: 0, max: 0.95, description };
  const [least, most] = values;
  return typeof least === "number"
    ? { type: "number", integer: true, min: least, max: most as number, description }
    : { type: "string", choices: values as readonly string[], description };
}

/** The encoder that is made from nothing. */
const ARCHITECTURE = {
  modelSize: 64,
  layers: 2,
  heads: 4,
  headDim: 16,
  feedForwardSize: 256,
  activation: "geluTanh",
  norm: "pre",
  normAffine: false,
  finalNorm: "none",
  positions: "rotary",
} as const;

/** What describes an encoder made from nothing. */
export const architectureFlags = settingFlags(ARCHITECTURE);

/** The settings that a command's flags say; what it has no flag for is as `train` makes it. */
export function architectureOf(
  flags: Partial<Pick<EncoderClassifierConfig, keyof typeof ARCHITECTURE>>,
): Partial<EncoderClassifierConfig> {
  const said = Object.entries(flags).filter(([name]) => name in ARCHITECTURE);
  return { ...ARCHITECTURE, ...Object.fromEntries(said) };
}

/** @throws {UsageError} If a flag was written that the pretrained model `from` says itself. */
export function refuseArchitecture(given: ReadonlySet<string>, from: string): void {
  const names = ["vocabulary", "vocabSize", "lowercase", ...Object.keys(ARCHITECTURE)];
  const clash = names.find((name) => given.has(name));
  if (clash === undefined) return;
  throw new UsageError(`Cannot use --${flagName(clash)} with --from: ${from} says it; leave the flag out`);
}

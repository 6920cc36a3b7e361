import { type EncoderClassifierConfig, encoderSettings, headSettings, type Setting } from "@taxon/model";
import type { Flag, FlagValues } from "./command.ts";

const settings = { ...encoderSettings, ...headSettings };
type Settings = typeof settings;

type FlagOf<Values> =
  & { description: string }
  & (Values extends "boolean" ? { type: "boolean"; default: boolean }
    : Values extends "share" ? { type: "number"; min: number; max: number; default: number }
    : Values extends readonly [number, number]
      ? { type: "number"; integer: true; min: number; max: number; default: number }
    : Values extends readonly string[] ? { type: "string"; choices: Values; default: Values[number] }
    : never);

/**
 * Flags that are settings of a model: all but the default is what the table of settings says.
 *
 * @param defaults What the flags mean that are not written.
 */
export function settingFlags<Name extends keyof Settings>(
  defaults: Pick<EncoderClassifierConfig, Name>,
): { [N in Name]: FlagOf<Settings[N][1]> } {
  const flags = Object.entries(defaults).map(([name, byDefault]) => {
    return [name, { ...flagOf(settings[name as Name]), default: byDefault }];
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

/** What describes an encoder made from nothing; a pretrained one brings it along. */
export const architectureFlags = settingFlags({
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
});

/** The settings that a command's flags say; what it has no flag for is as `train` makes it. */
export function architectureOf(
  flags: Partial<FlagValues<typeof architectureFlags>>,
): Partial<EncoderClassifierConfig> {
  return Object.fromEntries(
    Object.entries(architectureFlags).map(([name, { default: byDefault }]) => {
      return [name, flags[name as keyof typeof flags] ?? byDefault];
    }),
  );
}

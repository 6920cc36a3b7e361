import { ruleOf } from "./setting_rules.ts";
import { encoderSettings, headSettings, type Setting, type SettingValues } from "./settings.ts";

/** Everything that defines an encoder except its weights. */
export interface EncoderConfig extends SettingValues<typeof encoderSettings> {}

/** Everything that defines an encoder classifier except its weights. */
export interface EncoderClassifierConfig extends EncoderConfig, SettingValues<typeof headSettings> {}

/** The table of all settings. */
export const settings = Object.entries<Setting>({ ...encoderSettings, ...headSettings }) as [
  keyof EncoderClassifierConfig,
  Setting,
][];

/** The article's encoder at a size for a few thousand texts; `encoderConfig` fills what is not given from it. */
const DEFAULTS = Object.fromEntries(
  settings.flatMap(([name, [, , byDefault]]) => byDefault === undefined ? [] : [[name, byDefault]]),
) as unknown as EncoderClassifierConfig;

/**
 * A checked configuration; what is not given takes the defaults of the article's encoder.
 *
 * @example
 * ```ts
 * import { encoderConfig } from "@taxon/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encoderConfig({ labels: ["ham", "spam"] }).norm, "pre");
 * ```
 *
 * @throws {RangeError} If a value is out of range, naming it and what is right.
 */
export function encoderConfig(given: Partial<EncoderClassifierConfig> = {}): EncoderClassifierConfig {
  const config = { ...DEFAULTS, ...given };
  for (const [name, setting] of settings) {
    const { holds, right } = ruleOf(setting);
    const mayBeAbsent = config[name] === undefined && DEFAULTS[name] === undefined;
    if (mayBeAbsent || holds(config[name], config.labels)) continue;
    refuse(name, config[name], right(name, config.labels));
  }
  checkTogether(config);
  return config;
}

/** What depends on more than one setting. */
function checkTogether(
  { positions, modelSize, headDim, ngramRows, problemType, labels, ...config }: EncoderClassifierConfig,
): void {
  if (positions === "sinusoidal" && modelSize % 2 !== 0) {
    refuse("modelSize", modelSize, "even for sinusoidal positions");
  }
  if (positions === "rotary" && headDim % 2 !== 0) refuse("headDim", headDim, "even for rotary positions");
  if (ngramRows > 0 && problemType === "regression") refuse("ngramRows", ngramRows, "0 for regression");
  const { positionRows, maxTokens, positionOffset } = config;
  const rows = maxTokens + positionOffset;
  if (positionRows !== undefined && positionRows < rows) {
    refuse("positionRows", positionRows, `an integer from maxTokens + positionOffset = ${rows} on`);
  }
  const least = problemType === "single_label_classification" ? 2 : 1;
  if (labels.length < least || (problemType === "regression" && labels.length > 1)) {
    const right = problemType === "regression" ? "one name" : `at least ${least} names`;
    refuse("labels", labels, `${right} for ${problemType}`);
  }
}

function refuse(field: string, value: unknown, right: string): never {
  throw new RangeError(`Cannot use ${field} = ${JSON.stringify(value)} in a model: it must be ${right}`);
}

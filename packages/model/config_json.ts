import type { Activation } from "@taxon/tensor";
import { type EncoderClassifierConfig, encoderConfig, settings } from "./config.ts";

/** Marks config.json files that hold this package's own architecture. */
export const MODEL_TYPE = "taxon_encoder";

/**
 * Format of the files of a model, in config.json: it rises with a change that an older version would misread. Files
 * without one are from before 0.2.0, and read as format 1 is.
 */
export const MODEL_FORMAT = 1;

/** Our activation → Hugging Face's name. */
export const ACTIVATION_NAMES: Readonly<Record<Activation, string>> = {
  relu: "relu",
  gelu: "gelu",
  geluTanh: "gelu_pytorch_tanh",
  tanh: "tanh",
  none: "none",
};

/** The settings as they stand in the file, those that came to the format later behind the others. */
const written = settings
  // These two are written as Hugging Face writes them
  .filter(([name]) => name !== "activation" && name !== "labels")
  .map(([name, [key, , byDefault]]) => ({
    name,
    key: key.replace("?", ""),
    isLater: key.endsWith("?"),
    byDefault,
  }))
  .toSorted((a, b) => Number(a.isLater) - Number(b.isLater));

/** config.json of a model, with the key names of Hugging Face where they have one. */
export function configToJson(config: EncoderClassifierConfig): string {
  const json: Record<string, unknown> = {
    model_type: MODEL_TYPE,
    taxon_format: MODEL_FORMAT,
    architectures: ["TaxonEncoderForSequenceClassification"],
    dtype: "float32",
  };
  for (const { name, key, isLater, byDefault } of written) {
    if (!isLater || config[name] !== byDefault) json[key] = config[name];
  }
  json.hidden_act = ACTIVATION_NAMES[config.activation];
  json.id2label = Object.fromEntries(config.labels.map((label, id) => [id, label]));
  json.label2id = Object.fromEntries(config.labels.map((label, id) => [label, id]));
  return JSON.stringify(json, null, 2) + "\n";
}

/**
 * Reads config.json back.
 *
 * @throws {SyntaxError} If the text is not JSON, or another architecture's.
 * @throws {RangeError} If a value is missing or out of range, or the file is of a newer format.
 */
export function configFromJson(text: string): EncoderClassifierConfig {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read config.json: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || json.model_type !== MODEL_TYPE) {
    throw new SyntaxError(
      `Cannot read config.json: model_type is ${JSON.stringify(json?.model_type)}, expected "${MODEL_TYPE}"`,
    );
  }
  const { taxon_format: format = 1 } = json;
  if (!Number.isInteger(format) || (format as number) < 1 || (format as number) > MODEL_FORMAT) {
    throw new RangeError(
      `Cannot read config.json: taxon_format is ${
        JSON.stringify(format)
      }, this version of Taxon reads up to ` +
        `${MODEL_FORMAT}; update Taxon`,
    );
  }
  const given: Record<string, unknown> = {};
  for (const { name, key, isLater } of written) {
    if (key in json) given[name] = json[key];
    else if (!isLater) throw new RangeError(`Cannot read config.json: ${key} is missing`);
  }
  const isActivation = ([, name]: [string, string]) => name === json.hidden_act;
  given.activation = Object.entries(ACTIVATION_NAMES).find(isActivation)?.[0] ?? json.hidden_act;
  given.labels = readLabels(json.id2label);
  return encoderConfig(given);
}

/**
 * Names of the labels in the order of their ids.
 *
 * @throws {RangeError} If an id is missing.
 */
export function readLabels(id2label: unknown): unknown[] {
  if (typeof id2label !== "object" || id2label === null) {
    throw new RangeError("Cannot read config.json: id2label is missing");
  }
  const names = new Map(Object.entries(id2label));
  return Array.from({ length: names.size }, (_, id) => {
    if (!names.has(String(id))) {
      throw new RangeError(
        `Cannot read config.json: id2label lacks "${id}" though it has ${names.size} names`,
      );
    }
    return names.get(String(id));
  });
}

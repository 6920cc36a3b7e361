import type { ProblemType } from "@taxon/decision";
import { type EncoderClassifierConfig, encoderConfig } from "../config.ts";
import { readLabels } from "../config_json.ts";
import { JsonFields } from "../json_fields.ts";
import { headSettings } from "../settings.ts";
import { architectures } from "./architectures.ts";

type Settings = Partial<EncoderClassifierConfig>;

/** What their config.json has no words for: our field → key under `taxon`. */
const OWN_SETTINGS: Readonly<Partial<Record<keyof EncoderClassifierConfig, string>>> = {
  maxTokens: "max_tokens",
  pairTypes: "pair_types",
  longText: "long_text",
  temperature: "temperature",
  thresholds: "thresholds",
  columns: "data_columns",
};

/**
 * Our configuration of a model that Hugging Face `transformers` describes, in the spellings of versions 4 and 5.
 *
 * @throws {RangeError} If a value is missing, out of range, or asks for what the encoder does not do.
 */
export function huggingFaceConfig(fields: JsonFields, modelType: string): EncoderClassifierConfig {
  if (fields.get("quantization_config")) fields.refuse("quantization_config", "absent: weights are floats");
  const { common, rows, check } = architectures[modelType];
  check?.(fields);
  const labels = labelsOf(fields);
  const said: Settings = Object.fromEntries(rows.map(([setting, read]) => [setting, read(fields)]));
  return encoderConfig({
    ...common,
    ...said,
    headDim: said.modelSize! / said.heads!,
    labels,
    problemType: problemTypeOf(fields, labels),
    ...ownSettings(fields),
  });
}

/**
 * config.json in the words of Hugging Face, or undefined where no architecture of theirs is this model. Reading it must
 * give the same configuration again; what their words cannot say of how texts are judged stands under `taxon`, which
 * `transformers` keeps and does not use.
 */
export function huggingFaceJson(
  config: EncoderClassifierConfig,
): { modelType: string; json: Record<string, unknown> } | undefined {
  const modelType = likelyType(config);
  if (modelType === undefined || config.heads * config.headDim !== config.modelSize) return undefined;
  const { className, rows } = architectures[modelType];
  const json: Record<string, unknown> = {
    model_type: modelType,
    dtype: "float32",
    architectures: [className],
    ...Object.assign({}, ...rows.map(([, , write]) => write(config))),
    problem_type: config.problemType,
    id2label: Object.fromEntries(config.labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(config.labels.map((label, id) => [label, id])),
  };
  const read = huggingFaceConfig(new JsonFields("config.json", JSON.stringify(json)), modelType);
  const fields = Object.keys({ ...config, ...read }) as (keyof EncoderClassifierConfig)[];
  const lost = fields.filter((field) => JSON.stringify(read[field]) !== JSON.stringify(config[field]));
  if (lost.some((field) => OWN_SETTINGS[field] === undefined)) return undefined;
  if (lost.length > 0) {
    json.taxon = Object.fromEntries(lost.map((field) => [OWN_SETTINGS[field], config[field]]));
  }
  return { modelType, json };
}

/** The only architecture that the model can be, if any. */
function likelyType(
  { positions, positionOffset, headActivation }: EncoderClassifierConfig,
): string | undefined {
  if (headActivation === "none") return undefined;
  if (positions === "rotary") return headActivation === "tanh" ? undefined : "modernbert";
  if (headActivation === "relu") return "distilbert";
  return positionOffset > 0 ? "roberta" : "bert";
}

function ownSettings(fields: JsonFields): Settings {
  const own = fields.object("taxon") ?? {};
  return Object.fromEntries(
    Object.entries(OWN_SETTINGS).flatMap(([field, key]) => {
      return Object.hasOwn(own, key) ? [[field, own[key]]] : [];
    }),
  );
}

function labelsOf(fields: JsonFields): readonly string[] {
  const names = fields.object("id2label");
  if (names !== undefined) return readLabels(names) as string[];
  const count = fields.integer("num_labels", 1, 2);
  if (count > 65536) fields.refuse("num_labels", "at most 65536");
  return Array.from({ length: count }, (_, id) => `LABEL_${id}`);
}

function problemTypeOf(fields: JsonFields, labels: readonly string[]): ProblemType {
  const [, types] = headSettings.problemType;
  return fields.choice(
    "problem_type",
    Object.fromEntries(types.map((type) => [type, type])) as Record<string, ProblemType>,
    labels.length === 1 ? "regression" : "single_label_classification",
  );
}

import { type EncoderClassifierConfig, encoderConfig } from "./config.ts";

/** Marks config.json files that hold this package's own architecture. */
export const MODEL_TYPE = "taxon_encoder";

/** Our field → key in config.json; Hugging Face's name where it has one. */
const KEYS: Readonly<Partial<Record<keyof EncoderClassifierConfig, string>>> = {
  vocabSize: "vocab_size",
  maxTokens: "max_position_embeddings",
  typeVocabSize: "type_vocab_size",
  modelSize: "hidden_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
  headDim: "head_dim",
  feedForwardSize: "intermediate_size",
  norm: "norm_position",
  normAffine: "norm_affine",
  normEps: "layer_norm_eps",
  finalNorm: "final_norm",
  positions: "position_embedding_type",
  dropout: "hidden_dropout_prob",
  pooling: "classifier_pooling",
  problemType: "problem_type",
  longText: "long_text",
  temperature: "temperature",
};

/** The same for what was added to the format later: absent where it is the default. */
const LATER_KEYS: Readonly<Partial<Record<keyof EncoderClassifierConfig, string>>> = {
  pairTypes: "pair_types",
  embeddingNorm: "embedding_norm",
  gated: "gated_feed_forward",
  bias: "bias",
  positionOffset: "position_offset",
  positionRows: "position_rows",
  rotaryPairs: "rotary_pairs",
  rotaryTheta: "rope_theta",
  localAttention: "local_attention",
  attentionDropout: "attention_probs_dropout_prob",
  hiddenDropout: "feed_forward_dropout",
  normalizePooled: "normalize_pooled",
  headActivation: "classifier_activation",
  headNorm: "classifier_norm",
  headDropout: "classifier_dropout",
  ngramRows: "ngram_rows",
  thresholds: "thresholds",
  columns: "data_columns",
};

/** Our activation → Hugging Face's `hidden_act`. */
const ACTIVATIONS = { relu: "relu", gelu: "gelu", geluTanh: "gelu_pytorch_tanh" } as const;

/** config.json of a model, with the key names of Hugging Face where they have one. */
export function configToJson(config: EncoderClassifierConfig): string {
  const json: Record<string, unknown> = {
    model_type: MODEL_TYPE,
    architectures: ["TaxonEncoderForSequenceClassification"],
    dtype: "float32",
  };
  for (const [field, key] of Object.entries(KEYS)) {
    json[key] = config[field as keyof EncoderClassifierConfig];
  }
  const defaults = encoderConfig();
  for (const [name, key] of Object.entries(LATER_KEYS)) {
    const field = name as keyof EncoderClassifierConfig;
    if (config[field] !== defaults[field]) json[key] = config[field];
  }
  json.hidden_act = ACTIVATIONS[config.activation];
  json.id2label = Object.fromEntries(config.labels.map((label, id) => [id, label]));
  json.label2id = Object.fromEntries(config.labels.map((label, id) => [label, id]));
  return JSON.stringify(json, null, 2) + "\n";
}

/**
 * Reads config.json back.
 *
 * @throws {SyntaxError} If the text is not JSON, or another architecture's.
 * @throws {RangeError} If a value is missing or out of range.
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
  const given: Record<string, unknown> = {};
  for (const [field, key] of Object.entries(KEYS)) {
    if (!(key in json)) throw new RangeError(`Cannot read config.json: ${key} is missing`);
    given[field] = json[key];
  }
  for (const [field, key] of Object.entries(LATER_KEYS)) if (key in json) given[field] = json[key];
  given.activation = Object.entries(ACTIVATIONS).find(([, name]) => name === json.hidden_act)?.[0] ??
    json.hidden_act;
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

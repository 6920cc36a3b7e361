import type { ProblemType } from "@taxon/decision";
import { type EncoderClassifierConfig, encoderConfig } from "../config.ts";
import { readLabels } from "../config_json.ts";
import type { JsonFields } from "../json_fields.ts";
import { headSettings } from "../settings.ts";

type Settings = Partial<EncoderClassifierConfig>;

/** Hugging Face's names of activations → ours. */
const ACTIVATIONS = {
  gelu: "gelu",
  gelu_new: "geluTanh",
  gelu_fast: "geluTanh",
  gelu_pytorch_tanh: "geluTanh",
  relu: "relu",
} as const;

/** What each supported `model_type` says in its config.json. */
const READERS: Readonly<Record<string, (fields: JsonFields) => Settings>> = {
  bert: (fields) => bertSettings(fields, 0),
  // RoBERTa counts positions from the padding token's id on
  roberta: (fields) => bertSettings(fields, fields.integer("pad_token_id", 0, 1) + 1),
  distilbert: distilBertSettings,
  modernbert: modernBertSettings,
};

/** What their config.json has no words for: our field → key under `taxon`. */
export const OWN_SETTINGS: Readonly<Partial<Record<keyof EncoderClassifierConfig, string>>> = {
  maxTokens: "max_tokens",
  pairTypes: "pair_types",
  longText: "long_text",
  temperature: "temperature",
  thresholds: "thresholds",
  columns: "data_columns",
};

/** The values of `model_type` that are read. */
export const huggingFaceModelTypes: readonly string[] = Object.keys(READERS);

/**
 * Our configuration of a model that Hugging Face `transformers` describes, in the spellings of versions 4 and 5.
 *
 * @throws {RangeError} If a value is missing, out of range, or asks for what the encoder does not do.
 */
export function huggingFaceConfig(fields: JsonFields, modelType: string): EncoderClassifierConfig {
  if (fields.get("quantization_config")) fields.refuse("quantization_config", "absent: weights are floats");
  const labels = labelsOf(fields);
  return encoderConfig({
    ...READERS[modelType](fields),
    labels,
    problemType: problemTypeOf(fields, labels),
    headDropout: headDropout(fields),
    ...ownSettings(fields),
  });
}

function ownSettings(fields: JsonFields): Settings {
  const own = fields.object("taxon") ?? {};
  return Object.fromEntries(
    Object.entries(OWN_SETTINGS).flatMap(([field, key]) => {
      return Object.hasOwn(own, key) ? [[field, own[key]]] : [];
    }),
  );
}

function bertSettings(fields: JsonFields, positionOffset: number): Settings {
  fields.choice("position_embedding_type", { absolute: true }, "absolute");
  for (const key of ["is_decoder", "add_cross_attention"]) {
    if (fields.boolean(key, false)) fields.refuse(key, "false: only encoders are read");
  }
  const typeVocabSize = fields.integer("type_vocab_size", 0, 2);
  return {
    ...postNorm,
    ...sizes(fields, "hidden_size", "num_attention_heads"),
    ...learnedPositions(fields, positionOffset),
    vocabSize: fields.integer("vocab_size", 1),
    typeVocabSize,
    pairTypes: typeVocabSize > 1,
    layers: fields.integer("num_hidden_layers", 0),
    feedForwardSize: fields.integer("intermediate_size", 1),
    activation: fields.choice("hidden_act", ACTIVATIONS, "gelu"),
    normEps: fields.number("layer_norm_eps", 1e-12),
    dropout: fields.number("hidden_dropout_prob", 0.1),
    attentionDropout: fields.number("attention_probs_dropout_prob", 0.1),
    headActivation: "tanh",
  };
}

function distilBertSettings(fields: JsonFields): Settings {
  return {
    ...postNorm,
    ...sizes(fields, "dim", "n_heads"),
    ...learnedPositions(fields, 0),
    vocabSize: fields.integer("vocab_size", 1),
    layers: fields.integer("n_layers", 0),
    feedForwardSize: fields.integer("hidden_dim", 1),
    activation: fields.choice("activation", ACTIVATIONS, "gelu"),
    normEps: 1e-12, // fixed in modeling_distilbert.py
    dropout: fields.number("dropout", 0.1),
    attentionDropout: fields.number("attention_dropout", 0.1),
    headActivation: "relu",
  };
}

function modernBertSettings(fields: JsonFields): Settings {
  const bias = fields.boolean("norm_bias", false);
  for (const key of ["attention_bias", "mlp_bias", "classifier_bias"]) {
    if (fields.boolean(key, false) !== bias) fields.refuse(key, `${bias} as norm_bias`);
  }
  const rope = ropeOf(fields);
  return {
    ...sizes(fields, "hidden_size", "num_attention_heads"),
    vocabSize: fields.integer("vocab_size", 1),
    maxTokens: fields.integer("max_position_embeddings", 1),
    layers: fields.integer("num_hidden_layers", 0),
    feedForwardSize: fields.integer("intermediate_size", 1),
    embeddingNorm: true,
    activation: fields.choice("hidden_activation", ACTIVATIONS, "gelu"),
    gated: true,
    bias,
    norm: "pre",
    normAffine: true,
    normEps: fields.number("norm_eps", 1e-5),
    finalNorm: "affine",
    positions: "rotary",
    rotaryPairs: "half",
    rotaryTheta: rope.full,
    localAttention: {
      window: Math.floor(fields.integer("local_attention", 0, 128) / 2),
      globalEvery: globalEveryOf(fields),
      rotaryTheta: rope.sliding,
    },
    dropout: fields.number("embedding_dropout", 0),
    attentionDropout: fields.number("attention_dropout", 0),
    hiddenDropout: fields.number("mlp_dropout", 0),
    pooling: fields.choice("classifier_pooling", { cls: "cls", mean: "mean" } as const, "cls"),
    headActivation: fields.choice("classifier_activation", ACTIVATIONS, "gelu"),
    headNorm: true,
  };
}

/** What BERT and its kin share; they drop nothing between the layers of a feed-forward block. */
const postNorm: Settings = {
  embeddingNorm: true,
  norm: "post",
  normAffine: true,
  finalNorm: "none",
  positions: "learned",
  hiddenDropout: 0,
  pooling: "cls",
};

function sizes(fields: JsonFields, size: string, heads: string): Settings {
  const modelSize = fields.integer(size, 1);
  const count = fields.integer(heads, 1);
  if (modelSize % count !== 0) fields.refuse(heads, `a divisor of ${size} = ${modelSize}`);
  return { modelSize, heads: count, headDim: modelSize / count };
}

function learnedPositions(fields: JsonFields, positionOffset: number): Settings {
  const positionRows = fields.integer("max_position_embeddings", positionOffset + 1);
  return { positionRows, positionOffset, maxTokens: positionRows - positionOffset };
}

/** Bases of the frequencies: two numbers in version 4, an object for each kind of layer in version 5. */
function ropeOf(fields: JsonFields): { full: number; sliding: number } {
  if (fields.get("rope_scaling")) fields.refuse("rope_scaling", "absent");
  const parameters = fields.object("rope_parameters");
  const theta = (kind: string, key: string, otherwise: number) => {
    if (parameters === undefined) return fields.number(key, otherwise);
    const { rope_type: type = "default", rope_theta: value } = (parameters[kind] ?? {}) as Record<
      string,
      unknown
    >;
    if (type === "default" && typeof value === "number") return value;
    return fields.refuse("rope_parameters", `{"${kind}": {"rope_type": "default", "rope_theta": number}, …}`);
  };
  return {
    full: theta("full_attention", "global_rope_theta", 160000),
    sliding: theta("sliding_attention", "local_rope_theta", 10000),
  };
}

/** Every how many layers attention is global: a number in version 4, a list of all layers in version 5. */
function globalEveryOf(fields: JsonFields): number {
  const types = fields.list("layer_types");
  if (types === undefined) return fields.integer("global_attn_every_n_layers", 1, 3);
  const next = types.indexOf("full_attention", 1);
  const every = next < 0 ? Math.max(1, types.length) : next;
  const regular = types.length === fields.integer("num_hidden_layers", 0) &&
    types.every((type, i) => type === (i % every === 0 ? "full_attention" : "sliding_attention"));
  return regular
    ? every
    : fields.refuse("layer_types", "full_attention in every n-th layer from the first on");
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

function headDropout(fields: JsonFields): number {
  const own = ["classifier_dropout", "seq_classif_dropout"].find((key) => fields.get(key) !== undefined);
  return own ? fields.number(own) : fields.number("hidden_dropout_prob", 0);
}

import type { EncoderClassifierConfig } from "../config.ts";
import { ACTIVATION_NAMES } from "../config_json.ts";
import type { JsonFields } from "../json_fields.ts";

type Config = EncoderClassifierConfig;
type Json = Record<string, unknown>;

/** A setting, how it is read from config.json, and what config.json says of it. */
type Row = readonly [
  setting: keyof Config,
  read: (fields: JsonFields) => unknown,
  write: (config: Config) => Json,
];

/** A kind of model that Hugging Face `transformers` has a class for. */
export interface Architecture {
  readonly className: string;
  /** What all its models have in common, where that is not our default. */
  readonly common: Partial<Config>;
  /** What differs, in the keys that versions 4 and 5 of `transformers` read, in the order of the file. */
  readonly rows: readonly Row[];
  /** Refuses what the encoder does not do. */
  readonly check?: (fields: JsonFields) => void;
}

/** Hugging Face's names of activations → ours. */
const ACTIVATIONS = {
  gelu: "gelu",
  gelu_new: "geluTanh",
  gelu_fast: "geluTanh",
  gelu_pytorch_tanh: "geluTanh",
  relu: "relu",
} as const;

const as = (setting: keyof Config, key: string, read: Row[1]): Row => [
  setting,
  read,
  (config) => ({ [key]: config[setting] }),
];
const integer = (setting: keyof Config, key: string, low: number, otherwise?: number): Row =>
  as(setting, key, (fields) => fields.integer(key, low, otherwise));
const number = (setting: keyof Config, key: string, otherwise: number): Row =>
  as(setting, key, (fields) => fields.number(key, otherwise));
const activation = (setting: "activation" | "headActivation", key: string): Row => [
  setting,
  (fields) => fields.choice(key, ACTIVATIONS, "gelu"),
  (config) => ({ [key]: ACTIVATION_NAMES[config[setting]] }),
];
/** Of equal size, which is not said. */
const heads = (key: string, sizeKey: string): Row =>
  as("heads", key, (fields) => {
    const [size, count] = [fields.integer(sizeKey, 1), fields.integer(key, 1)];
    return size % count === 0 ? count : fields.refuse(key, `a divisor of ${sizeKey} = ${size}`);
  });
const headDropout = (key: string): Row =>
  as("headDropout", key, (fields) => {
    const own = ["classifier_dropout", "seq_classif_dropout"].find((key) => fields.get(key) !== undefined);
    return own ? fields.number(own) : fields.number("hidden_dropout_prob", 0);
  });
const vocabSize = integer("vocabSize", "vocab_size", 1);
const sizes: readonly Row[] = [
  vocabSize,
  integer("modelSize", "hidden_size", 1),
  integer("layers", "num_hidden_layers", 0),
  heads("num_attention_heads", "hidden_size"),
  integer("feedForwardSize", "intermediate_size", 1),
];

/** A table of positions, of whose rows the first `offset` are not used. */
function learnedPositions(offset: (fields: JsonFields) => number): readonly Row[] {
  const rows = (fields: JsonFields) => fields.integer("max_position_embeddings", offset(fields) + 1);
  return [
    ["positionRows", rows, ({ positionRows, maxTokens, positionOffset }) => ({
      max_position_embeddings: positionRows ?? maxTokens + positionOffset,
    })],
    ["maxTokens", (fields) => rows(fields) - offset(fields), () => ({})],
  ];
}

/** Which token pads is the tokenizer's matter. */
const noOffset: Row = ["positionOffset", () => 0, () => ({ pad_token_id: null })];

/** What BERT and its kin share; they drop nothing between the layers of a feed-forward block. */
const postNorm = {
  embeddingNorm: true,
  norm: "post",
  normAffine: true,
  finalNorm: "none",
  positions: "learned",
  hiddenDropout: 0,
  pooling: "cls",
} as const;

function bertWith(className: string, positionOffset: Row): Architecture {
  return {
    className,
    common: { ...postNorm, headActivation: "tanh" },
    rows: [
      ...sizes,
      ...learnedPositions(positionOffset[1] as (fields: JsonFields) => number),
      integer("typeVocabSize", "type_vocab_size", 0, 2),
      ["pairTypes", (fields) => fields.integer("type_vocab_size", 0, 2) > 1, () => ({})],
      activation("activation", "hidden_act"),
      number("normEps", "layer_norm_eps", 1e-12),
      number("dropout", "hidden_dropout_prob", 0.1),
      number("attentionDropout", "attention_probs_dropout_prob", 0.1),
      headDropout("classifier_dropout"),
      positionOffset,
    ],
    check: (fields) => {
      fields.choice("position_embedding_type", { absolute: true }, "absolute");
      for (const key of ["is_decoder", "add_cross_attention"]) {
        if (fields.boolean(key, false)) fields.refuse(key, "false: only encoders are read");
      }
    },
  };
}

const distilbert: Architecture = {
  className: "DistilBertForSequenceClassification",
  common: { ...postNorm, headActivation: "relu", normEps: 1e-12 }, // fixed in modeling_distilbert.py
  rows: [
    vocabSize,
    ...learnedPositions(() => 0),
    integer("modelSize", "dim", 1),
    integer("layers", "n_layers", 0),
    heads("n_heads", "dim"),
    integer("feedForwardSize", "hidden_dim", 1),
    activation("activation", "activation"),
    number("dropout", "dropout", 0.1),
    number("attentionDropout", "attention_dropout", 0.1),
    headDropout("seq_classif_dropout"),
    noOffset,
  ],
};

const modernbert: Architecture = {
  className: "ModernBertForSequenceClassification",
  common: {
    embeddingNorm: true,
    gated: true,
    norm: "pre",
    normAffine: true,
    finalNorm: "affine",
    positions: "rotary",
    rotaryPairs: "half",
    headNorm: true,
  },
  rows: [
    ...sizes,
    integer("maxTokens", "max_position_embeddings", 1),
    activation("activation", "hidden_activation"),
    number("normEps", "norm_eps", 1e-5),
    ["bias", biasOf, ({ bias }) => Object.fromEntries(BIASES.map((key) => [key, bias]))],
    as("rotaryTheta", "global_rope_theta", (fields) => thetaOf(fields, "full_attention")),
    ["localAttention", (fields) => ({
      window: Math.floor(fields.integer("local_attention", 0, 128) / 2),
      globalEvery: globalEveryOf(fields),
      rotaryTheta: thetaOf(fields, "sliding_attention"),
    }), ({ localAttention: local }) => ({
      local_rope_theta: local?.rotaryTheta,
      local_attention: local && 2 * local.window,
      global_attn_every_n_layers: local?.globalEvery,
    })],
    number("dropout", "embedding_dropout", 0),
    number("attentionDropout", "attention_dropout", 0),
    number("hiddenDropout", "mlp_dropout", 0),
    as(
      "pooling",
      "classifier_pooling",
      (fields) => fields.choice("classifier_pooling", { cls: "cls", mean: "mean" }, "cls"),
    ),
    activation("headActivation", "classifier_activation"),
    headDropout("classifier_dropout"),
    noOffset,
  ],
};

/** By `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = {
  bert: bertWith("BertForSequenceClassification", noOffset),
  // RoBERTa counts positions from the padding token's id on
  roberta: bertWith("RobertaForSequenceClassification", [
    "positionOffset",
    (fields) => fields.integer("pad_token_id", 0, 1) + 1,
    ({ positionOffset }) => ({ pad_token_id: Math.max(positionOffset - 1, 0) }),
  ]),
  distilbert,
  modernbert,
};

const BIASES = ["norm_bias", "attention_bias", "mlp_bias", "classifier_bias"];

function biasOf(fields: JsonFields): boolean {
  const bias = fields.boolean(BIASES[0], false);
  for (const key of BIASES) {
    if (fields.boolean(key, false) !== bias) fields.refuse(key, `${bias} as ${BIASES[0]}`);
  }
  return bias;
}

/** Base of the frequencies: a number for each kind of layer in version 4, an object in version 5. */
function thetaOf(fields: JsonFields, kind: "full_attention" | "sliding_attention"): number {
  if (fields.get("rope_scaling")) fields.refuse("rope_scaling", "absent");
  const parameters = fields.object("rope_parameters");
  if (parameters === undefined) {
    return kind === "full_attention"
      ? fields.number("global_rope_theta", 160000)
      : fields.number("local_rope_theta", 10000);
  }
  const { rope_type: type = "default", rope_theta: value } = (parameters[kind] ?? {}) as Json;
  if (type === "default" && typeof value === "number") return value;
  return fields.refuse("rope_parameters", `{"${kind}": {"rope_type": "default", "rope_theta": number}, …}`);
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

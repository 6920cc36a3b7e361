import type { Activation } from "@taxon/tensor";
import { type DataColumns, isDataColumns } from "./data_columns.ts";

/** What the head answers; names as in Hugging Face configs. */
export type ProblemType = "single_label_classification" | "multi_label_classification" | "regression";

/** What happens to a text with more tokens than the model takes. */
export type LongTextPolicy = "truncate" | "error";

/** Attention that sees only the neighbourhood of each token, as in ModernBERT. */
export interface LocalAttention {
  /** Places seen to either side. */
  window: number;
  /** 3: layers 0, 3, 6, … see the whole text. */
  globalEvery: number;
  /** Base of the rotary frequencies in the local layers. */
  rotaryTheta: number;
}

/** Everything that defines an encoder except its weights. */
export interface EncoderConfig {
  vocabSize: number;
  /** Longest sequence in tokens, special tokens included; at most 65535. */
  maxTokens: number;
  /** 2 when pairs of texts are classified, else 0: no type embedding. */
  typeVocabSize: number;
  /** Whether the tokens of a second text have type 1; else all have type 0, as with some tokenizers of Hugging Face. */
  pairTypes: boolean;
  /** Whether the sum of the embeddings is normalised, with scale and shift; a pre-norm encoder then leaves out its first
   * norm, which would do it again. */
  embeddingNorm: boolean;
  modelSize: number;
  layers: number;
  heads: number;
  /** Features of a head; heads · headDim need not be modelSize. */
  headDim: number;
  feedForwardSize: number;
  activation: Exclude<Activation, "none" | "tanh">;
  /** Whether the hidden features are multiplied by a second projection (GeGLU). */
  gated: boolean;
  /** Whether the layers of the encoder, their norms and the head's dense layer add biases. */
  bias: boolean;
  norm: "pre" | "post";
  normAffine: boolean;
  normEps: number;
  /** The norm after the last layer: none, without parameters, or with scale and shift. */
  finalNorm: "none" | "plain" | "affine";
  positions: "sinusoidal" | "rotary" | "learned" | "none";
  /** Learned positions: row of the first token; RoBERTa leaves two rows unused. */
  positionOffset: number;
  /** Learned positions: rows of the table, where there are more than maxTokens + positionOffset. */
  positionRows?: number;
  /** Rotary positions: which features form a pair, neighbours as in the article or the halves of Hugging Face. */
  rotaryPairs: "interleaved" | "half";
  /** Rotary positions: base of the frequencies. */
  rotaryTheta: number;
  /** Local attention in all layers but each `globalEvery`th, counted from the first; absent: all see the whole text. */
  localAttention?: LocalAttention;
  /** While training: of the embeddings and of each block's output, and where the next two are absent of what they say. */
  dropout: number;
  /** Dropout of the attention weights. */
  attentionDropout?: number;
  /** Dropout of the hidden features of the feed-forward blocks. */
  hiddenDropout?: number;
}

/** Everything that defines an encoder classifier except its weights. */
export interface EncoderClassifierConfig extends EncoderConfig {
  pooling: "mean" | "cls";
  /** Whether the pooled vector is scaled to length 1. */
  normalizePooled: boolean;
  /** The head's dense layer ends in this; "none": there is no such layer, the pooled vector goes to the labels. */
  headActivation: Activation;
  /** Whether a norm follows the head's dense layer. */
  headNorm: boolean;
  /** Dropout of what goes to the labels. */
  headDropout: number;
  /** Rows of the wide branch on hashed n-grams beside the encoder, one for each n-gram it knows; 0: no such branch. */
  ngramRows: number;
  problemType: ProblemType;
  /** Names of the classes in the order of the logits; for regression the one name of the target. */
  labels: readonly string[];
  longText: LongTextPolicy;
  /** Logits are divided by it before softmax or sigmoid; fitted on the evaluation split. */
  temperature: number;
  /** For multi-label: the probability from which each label counts, [labels]. */
  thresholds?: readonly number[];
  /** Where data files hold the texts, if not in a column `text`. */
  columns?: DataColumns;
}

/** The article's encoder at a size for a few thousand texts; `encoderConfig` fills what is not given from it. */
const DEFAULTS: EncoderClassifierConfig = {
  vocabSize: 8000,
  maxTokens: 256,
  typeVocabSize: 0,
  pairTypes: true,
  embeddingNorm: false,
  modelSize: 128,
  layers: 2,
  heads: 4,
  headDim: 32,
  feedForwardSize: 512,
  activation: "geluTanh",
  gated: false,
  bias: true,
  norm: "pre",
  normAffine: false,
  normEps: 1e-6,
  finalNorm: "plain",
  positions: "sinusoidal",
  positionOffset: 0,
  rotaryPairs: "interleaved",
  rotaryTheta: 10000,
  dropout: 0.1,
  pooling: "mean",
  normalizePooled: false,
  headActivation: "none",
  headNorm: false,
  headDropout: 0,
  ngramRows: 0,
  problemType: "single_label_classification",
  labels: ["0", "1"],
  longText: "truncate",
  temperature: 1,
};

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
  for (const [field, [low, high]] of Object.entries(RANGES)) {
    const value = config[field as keyof typeof RANGES];
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      refuse(field, value, `an integer ${low} … ${high}`);
    }
  }
  for (const [field, allowed] of Object.entries(CHOICES)) {
    const value = config[field as keyof EncoderClassifierConfig];
    if (!allowed.includes(value)) refuse(field, value, `one of ${allowed.join(", ")}`);
  }
  for (const field of ["dropout", "attentionDropout", "hiddenDropout", "headDropout"] as const) {
    const value = config[field];
    if (value !== undefined && !(value >= 0 && value < 1)) refuse(field, value, `0 ≤ ${field} < 1`);
  }
  for (const field of ["normEps", "temperature", "rotaryTheta"] as const) {
    if (!isPositive(config[field])) refuse(field, config[field], "a positive number");
  }
  for (const field of SWITCHES) {
    if (typeof config[field] !== "boolean") refuse(field, config[field], "true or false");
  }
  if (config.positions === "sinusoidal" && config.modelSize % 2 !== 0) {
    refuse("modelSize", config.modelSize, "even for sinusoidal positions");
  }
  if (config.positions === "rotary" && config.headDim % 2 !== 0) {
    refuse("headDim", config.headDim, "even for rotary positions");
  }
  if (config.ngramRows > 0 && config.problemType === "regression") {
    refuse("ngramRows", config.ngramRows, "0 for regression");
  }
  const { positionRows, maxTokens, positionOffset } = config;
  const rows = maxTokens + positionOffset;
  if (positionRows !== undefined && !(Number.isInteger(positionRows) && positionRows >= rows)) {
    refuse("positionRows", positionRows, `an integer from maxTokens + positionOffset = ${rows} on`);
  }
  checkLocalAttention(config.localAttention);
  checkLabels(config);
  if (config.columns !== undefined && !isDataColumns(config.columns)) {
    refuse("columns", config.columns, "an object with a joiner and columns by name or number");
  }
  return config;
}

const RANGES = {
  vocabSize: [1, 2 ** 31 - 1],
  maxTokens: [1, 65535],
  typeVocabSize: [0, 65535],
  modelSize: [1, 65536],
  layers: [0, 1000],
  heads: [1, 65536],
  headDim: [1, 65536],
  feedForwardSize: [1, 2 ** 20],
  positionOffset: [0, 65535],
  ngramRows: [0, 2 ** 21],
} as const;

const SWITCHES = [
  "pairTypes",
  "embeddingNorm",
  "gated",
  "bias",
  "normAffine",
  "normalizePooled",
  "headNorm",
] as const;

const CHOICES: Partial<Record<keyof EncoderClassifierConfig, readonly unknown[]>> = {
  activation: ["relu", "gelu", "geluTanh"],
  norm: ["pre", "post"],
  finalNorm: ["none", "plain", "affine"],
  positions: ["sinusoidal", "rotary", "learned", "none"],
  rotaryPairs: ["interleaved", "half"],
  pooling: ["mean", "cls"],
  headActivation: ["none", "relu", "tanh", "gelu", "geluTanh"],
  problemType: ["single_label_classification", "multi_label_classification", "regression"],
  longText: ["truncate", "error"],
};

function checkLocalAttention(local: LocalAttention | undefined): void {
  if (local === undefined) return;
  const whole = ({ window, globalEvery }: LocalAttention) =>
    Number.isInteger(window) && window >= 0 && Number.isInteger(globalEvery) && globalEvery >= 1;
  if (local === null || !whole(local) || !isPositive(local.rotaryTheta)) {
    refuse("localAttention", local, "a window from 0, globalEvery from 1 and a positive rotaryTheta");
  }
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function checkLabels({ labels, problemType, thresholds }: EncoderClassifierConfig): void {
  const strings = Array.isArray(labels) && labels.every((label) => typeof label === "string");
  if (!strings || new Set(labels).size !== labels.length) refuse("labels", labels, "distinct strings");
  const least = problemType === "single_label_classification" ? 2 : 1;
  if (labels.length < least || (problemType === "regression" && labels.length !== 1)) {
    refuse(
      "labels",
      labels,
      `${problemType === "regression" ? "one name" : `at least ${least} names`} for ${problemType}`,
    );
  }
  if (thresholds !== undefined) {
    const valid = Array.isArray(thresholds) && thresholds.length === labels.length &&
      thresholds.every((t) => typeof t === "number" && t >= 0 && t <= 1);
    if (!valid) refuse("thresholds", thresholds, `${labels.length} probabilities, one a label`);
  }
}

function refuse(field: string, value: unknown, right: string): never {
  throw new RangeError(`Cannot use ${field} = ${JSON.stringify(value)} in a model: it must be ${right}`);
}

import type { Activation } from "@taxon/tensor";

/** What the head answers; names as in Hugging Face configs. */
export type ProblemType = "single_label_classification" | "multi_label_classification" | "regression";

/** What happens to a text with more tokens than the model takes. */
export type LongTextPolicy = "truncate" | "error";

/** Everything that defines an encoder classifier except its weights. */
export interface EncoderClassifierConfig {
  vocabSize: number;
  /** Longest sequence in tokens, special tokens included; at most 65535. */
  maxTokens: number;
  /** 2 when pairs of texts are classified, else 0: no type embedding. */
  typeVocabSize: number;
  modelSize: number;
  layers: number;
  heads: number;
  /** Features of a head; heads · headDim need not be modelSize. */
  headDim: number;
  feedForwardSize: number;
  activation: Exclude<Activation, "none" | "tanh">;
  norm: "pre" | "post";
  normAffine: boolean;
  normEps: number;
  /** The norm after the last layer: none, without parameters, or with scale and shift. */
  finalNorm: "none" | "plain" | "affine";
  positions: "sinusoidal" | "rotary" | "learned" | "none";
  dropout: number;
  pooling: "mean" | "cls";
  problemType: ProblemType;
  /** Names of the classes in the order of the logits; for regression the one name of the target. */
  labels: readonly string[];
  longText: LongTextPolicy;
  /** Logits are divided by it before softmax or sigmoid; fitted on the evaluation split. */
  temperature: number;
  /** For multi-label: the probability from which each label counts, [labels]. */
  thresholds?: readonly number[];
}

/** The article's encoder at a size for a few thousand texts; `encoderConfig` fills what is not given from it. */
const DEFAULTS: EncoderClassifierConfig = {
  vocabSize: 8000,
  maxTokens: 256,
  typeVocabSize: 0,
  modelSize: 128,
  layers: 2,
  heads: 4,
  headDim: 32,
  feedForwardSize: 512,
  activation: "geluTanh",
  norm: "pre",
  normAffine: false,
  normEps: 1e-6,
  finalNorm: "plain",
  positions: "sinusoidal",
  dropout: 0.1,
  pooling: "mean",
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
    const value = config[field as keyof typeof CHOICES];
    if (!allowed.includes(value)) refuse(field, value, `one of ${allowed.join(", ")}`);
  }
  if (!(config.dropout >= 0 && config.dropout < 1)) refuse("dropout", config.dropout, "0 ≤ dropout < 1");
  if (!(config.normEps > 0)) refuse("normEps", config.normEps, "a positive number");
  if (!(config.temperature > 0 && Number.isFinite(config.temperature))) {
    refuse("temperature", config.temperature, "a positive number");
  }
  if (typeof config.normAffine !== "boolean") refuse("normAffine", config.normAffine, "true or false");
  if (config.positions === "sinusoidal" && config.modelSize % 2 !== 0) {
    refuse("modelSize", config.modelSize, "even for sinusoidal positions");
  }
  if (config.positions === "rotary" && config.headDim % 2 !== 0) {
    refuse("headDim", config.headDim, "even for rotary positions");
  }
  checkLabels(config);
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
} as const;

const CHOICES: {
  [Field in "activation" | "norm" | "finalNorm" | "positions" | "pooling" | "problemType" | "longText"]:
    readonly unknown[];
} = {
  activation: ["relu", "gelu", "geluTanh"],
  norm: ["pre", "post"],
  finalNorm: ["none", "plain", "affine"],
  positions: ["sinusoidal", "rotary", "learned", "none"],
  pooling: ["mean", "cls"],
  problemType: ["single_label_classification", "multi_label_classification", "regression"],
  longText: ["truncate", "error"],
};

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
    const valid = thresholds.length === labels.length && thresholds.every((t) => t >= 0 && t <= 1);
    if (!valid) refuse("thresholds", thresholds, `${labels.length} probabilities, one a label`);
  }
}

function refuse(field: string, value: unknown, right: string): never {
  throw new RangeError(`Cannot use ${field} = ${JSON.stringify(value)} in a model: it must be ${right}`);
}

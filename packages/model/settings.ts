import { LONG_TEXT_POLICIES, PROBLEM_TYPES } from "@taxon/decision";
import type { DataColumns } from "./data_columns.ts";

/**
 * A setting of a model: its key in config.json, its values, its default (undefined: it may be absent), and what it is.
 * A key that ends in `?` came to the format later, and is absent from a file where it says the default.
 */
export type Setting = readonly [
  key: string,
  values: readonly [least: number, most: number] | readonly string[] | keyof SpecialValues,
  byDefault: unknown,
  description: string,
];

/** Values that are neither whole numbers from … to … nor one of several words. */
export interface SpecialValues {
  /** Yes or no. */
  boolean: boolean;
  /** 0 ≤ x < 1 */
  share: number;
  /** Above 0. */
  positive: number;
  /** Distinct names. */
  names: readonly string[];
  /** One for each label, from 0 to 1. */
  probabilities: readonly number[];
  /** The neighbourhood, and which layers see no more. */
  localAttention: LocalAttention;
  /** Columns by name or number. */
  dataColumns: DataColumns;
}

/** Attention that sees only the neighbourhood of each token, as in ModernBERT. */
export interface LocalAttention {
  /** Places seen to either side. */
  window: number;
  /** 3: layers 0, 3, 6, … see the whole text. */
  globalEvery: number;
  /** Base of the rotary frequencies in the local layers. */
  rotaryTheta: number;
}

/** What defines an encoder; types, checks, config.json and flags of commands follow from here. */
export const encoderSettings = {
  vocabSize: ["vocab_size", [1, 2147483647], 8000, "Tokens that have an embedding"],
  maxTokens: ["max_position_embeddings", [1, 65535], 256, "Longest sequence, special tokens included"],
  typeVocabSize: ["type_vocab_size", [0, 65535], 0, "2 for pairs of texts, else 0: no type embedding"],
  /** Else all tokens have type 0, as with some tokenizers of Hugging Face. */
  pairTypes: ["pair_types?", "boolean", true, "Whether the tokens of a second text have type 1"],
  /** A pre-norm encoder then leaves out its first norm, which would do it again. */
  embeddingNorm: [
    "embedding_norm?",
    "boolean",
    false,
    "Scale and shift of a norm on the sum of the embeddings",
  ],
  /** Of one feature a norm would make zeros. */
  modelSize: ["hidden_size", [2, 65536], 128, "Features of a token"],
  layers: ["num_hidden_layers", [0, 1000], 2, "Encoder layers"],
  heads: ["num_attention_heads", [1, 65536], 4, "Attention heads"],
  /** heads · headDim need not be modelSize. */
  headDim: ["head_dim", [1, 65536], 32, "Features of a head"],
  feedForwardSize: ["intermediate_size", [1, 1048576], 512, "Hidden features of a layer"],
  activation: ["hidden_act", ["relu", "gelu", "geluTanh"], "geluTanh", "Activation"],
  /** GeGLU. */
  gated: ["gated_feed_forward?", "boolean", false, "Multiply the hidden features by a second projection"],
  bias: ["bias?", "boolean", true, "Biases of the layers, of their norms and of the head's dense layer"],
  norm: ["norm_position", ["pre", "post"], "pre", "Where a layer normalises"],
  normAffine: ["norm_affine", "boolean", false, "Train scale and shift of the norms"],
  normEps: ["layer_norm_eps", "positive", 1e-6, "Added to the variance in norms"],
  /** Without parameters, or with scale and shift. */
  finalNorm: ["final_norm", ["none", "plain", "affine"], "plain", "Norm after the last layer"],
  positions: [
    "position_embedding_type",
    ["sinusoidal", "rotary", "learned", "none"],
    "sinusoidal",
    "Encoding of positions",
  ],
  /** RoBERTa leaves two rows unused. */
  positionOffset: ["position_offset?", [0, 65535], 0, "Learned positions: row of the first token"],
  /** Absent: maxTokens + positionOffset, the fewest. */
  positionRows: ["position_rows?", [1, 2147483647], undefined, "Learned positions: rows of the table"],
  /** Neighbours as in the article, or the halves of Hugging Face. */
  rotaryPairs: [
    "rotary_pairs?",
    ["interleaved", "half"],
    "interleaved",
    "Rotary positions: which features form a pair",
  ],
  rotaryTheta: ["rope_theta?", "positive", 10000, "Rotary positions: base of the frequencies"],
  /** Absent: all layers see the whole text. */
  localAttention: [
    "local_attention?",
    "localAttention",
    undefined,
    "Attention to the neighbourhood, in some layers",
  ],
  /** Of the embeddings and of each block's output, and where the next two are absent of what they say. */
  dropout: ["hidden_dropout_prob", "share", 0.1, "Dropout while training"],
  attentionDropout: ["attention_probs_dropout_prob?", "share", undefined, "Dropout of the attention weights"],
  hiddenDropout: ["feed_forward_dropout?", "share", undefined, "Dropout of the hidden features of a layer"],
} as const;

/** What defines the head of a classifier, and how its logits are judged. */
export const headSettings = {
  pooling: ["classifier_pooling", ["mean", "cls"], "mean", "How tokens become one vector"],
  normalizePooled: ["normalize_pooled?", "boolean", false, "Scale the pooled vector to length 1"],
  /** none: there is no such layer, the pooled vector goes to the labels. */
  headActivation: [
    "classifier_activation?",
    ["none", "relu", "tanh", "gelu", "geluTanh"],
    "none",
    "What the head's dense layer ends in",
  ],
  headNorm: ["classifier_norm?", "boolean", false, "Norm behind the head's dense layer"],
  headDropout: ["classifier_dropout?", "share", 0, "Dropout of what goes to the labels"],
  /** One for each n-gram that the branch beside the encoder knows; 0: there is no such branch. */
  ngramRows: ["ngram_rows?", [0, 2097152], 0, "Rows of the wide branch on hashed n-grams"],
  /** Names as in Hugging Face's files. */
  problemType: [
    "problem_type",
    PROBLEM_TYPES,
    "single_label_classification",
    "What a label is",
  ],
  /** In the order of the logits; for regression the one name of the target. */
  labels: ["id2label", "names", ["0", "1"], "Names of the classes"],
  longText: ["long_text", LONG_TEXT_POLICIES, "truncate", "What happens to a longer text"],
  /** Fitted on the evaluation split. */
  temperature: ["temperature", "positive", 1, "Logits are divided by it before softmax or sigmoid"],
  /** For multi-label. */
  thresholds: ["thresholds?", "probabilities", undefined, "Probability from which each label counts"],
  /** Absent: in a column `text`. */
  columns: ["data_columns?", "dataColumns", undefined, "Where data files hold the texts"],
} as const;

/** The type of a table's values. */
export type SettingValues<Table extends Readonly<Record<string, Setting>>> =
  & { [Name in keyof Table as Table[Name][2] extends undefined ? never : Name]: ValueOf<Table[Name][1]> }
  & { [Name in keyof Table as Table[Name][2] extends undefined ? Name : never]?: ValueOf<Table[Name][1]> };

/** The type of a setting's value. */
export type ValueOf<Values> = Values extends keyof SpecialValues ? SpecialValues[Values]
  : Values extends readonly (infer Word extends string)[] ? Word
  : number;

import type { ProblemType } from "./words.ts";

/** A token, and the stretch of the text that it stands for. */
export interface ExplainedToken {
  /** As the vocabulary has it: `bank`, `##ing`, `[CLS]`. */
  readonly text: string;
  /** Whether the tokenizer put it around the text. */
  readonly special: boolean;
  /** The text it comes from: 0 the first, 1 its pair; null for a special token. */
  readonly sequence: 0 | 1 | null;
  /** Where it begins in its text, in UTF-16 units, so that `text.slice(start, end)` is its stretch; null for a special token. */
  readonly start: number | null;
  /** Where it ends. */
  readonly end: number | null;
}

/** How attention weights are stored: `f16` half floats, little endian; `u8` bytes b that stand for (b / 255)². */
export type AttentionEncoding = "f16" | "u8";

/** Attention weights of the layers that were asked for. */
export interface AttentionWeights {
  /** Layers of the model. */
  readonly layers: number;
  /** Heads of a layer. */
  readonly heads: number;
  /** Tokens of the text, special tokens included: `tokens.length` of the explanation. */
  readonly tokens: number;
  /** How `data` is to be read. */
  readonly encoding: AttentionEncoding;
  /** The layers included, in rising order; each [heads, tokens (queries), tokens (keys)], row-major, as base64. */
  readonly included: readonly { readonly layer: number; readonly data: string }[];
}

/** Figures of each head, [layers][heads]: means over the queries of the text. */
export interface HeadStatistics {
  /** Entropy of a row of weights, in nats: 0 when all goes to one token, ln(tokens) when it is spread evenly. */
  readonly entropy: readonly (readonly number[])[];
  /** Share of the attention that goes to special tokens. */
  readonly special: readonly (readonly number[])[];
  /** Share that goes to the token before; over the queries that have one. */
  readonly previous: readonly (readonly number[])[];
  /** Share that goes to the token after; over the queries that have one. */
  readonly next: readonly (readonly number[])[];
  /** Share that stays on the token itself. */
  readonly self: readonly (readonly number[])[];
}

/** How the importance of tokens was found. */
export const IMPORTANCE_METHODS = ["integrated_gradients", "occlusion"] as const;

/** One of {@linkcode IMPORTANCE_METHODS}. */
export type ImportanceMethod = typeof IMPORTANCE_METHODS[number];

/** What each token adds to the logit of a label. */
export interface TokenImportance {
  /** Decides which of the other figures there are. */
  readonly method: ImportanceMethod;
  /** The label explained: the predicted one unless another was asked for. */
  readonly label: string;
  /** One a token, in units of the logit, with the n-grams it is part of; above 0 speaks for the label. Special tokens may
   * have values, too. */
  readonly values: readonly number[];
  /** Integrated gradients: the logit of the text minus that of the baseline, which the values sum to. */
  readonly logitChange?: number;
  /** Integrated gradients: |sum of the values − `logitChange`|. */
  readonly completenessError?: number;
  /** Integrated gradients: whether the error is within 5 % of the change or 0.02, whichever is larger. */
  readonly complete?: boolean;
  /** Integrated gradients: points of the path at which gradients were taken. */
  readonly steps?: number;
}

/** One text, what the model said of it, and what can be seen of why; answer of `/v1/explain`. */
export interface Explanation {
  /** The only text, or the first of a pair. */
  readonly text: string;
  /** The second text of a pair; absent for one text alone. */
  readonly textPair?: string;
  /** As the model read them. */
  readonly tokens: readonly ExplainedToken[];
  /** All of the model, in the order of its logits. */
  readonly labels: readonly string[];
  /** Of the labels, in their order: probabilities, or for regression the predicted value. */
  readonly scores: readonly number[];
  /** Models with an n-gram branch: what encoder and n-grams add to each logit, in the order of the labels. What the branch
   * says of a text without n-grams counts for the encoder. */
  readonly logits?: { readonly encoder: readonly number[]; readonly ngrams: readonly number[] };
  /** True where the encoder has no say: its logits count nothing beside those of the n-grams, so neither do its heads. */
  readonly encoderIsSilent?: true;
  /** The label of the highest score. */
  readonly predicted: string;
  /** Decides what `scores` are. */
  readonly problemType: ProblemType;
  /** Whether the text was longer than the model reads. */
  readonly truncated: boolean;
  /** Where each head looks. */
  readonly attention: AttentionWeights;
  /** Of all layers, also those whose weights are left out. */
  readonly statistics: HeadStatistics;
  /** [layers][heads]: how the score of `predicted` changes when the head's output is replaced by zeros. */
  readonly headEffects?: readonly (readonly number[])[];
  /** One entry for each method that was asked for. */
  readonly importance?: readonly TokenImportance[];
}

/** Body of `POST /v1/explain`. */
export interface ExplainRequest {
  /** A text, or an object with a text and perhaps a second one; null is none. */
  readonly inputs: string | { readonly text: string; readonly text_pair?: string | null };
  /** Layers whose attention weights are wanted, from 0; absent: as many, from the first, as fit into the server's limit. */
  readonly layers?: readonly number[];
  /** Token importances wanted; absent: none. */
  readonly importance?: readonly ImportanceMethod[];
  /** Whether to try the text with each head switched off; absent: no. */
  readonly head_effects?: boolean;
  /** The label whose importance is wanted; absent: the predicted one. */
  readonly label?: string;
}

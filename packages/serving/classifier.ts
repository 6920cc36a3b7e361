import type { ImportanceMethod, LongTextPolicy, ProblemType } from "@taxon/decision";

/** One text, or a pair of texts that the model reads together. */
export interface TextInput {
  /** The text, or the first of a pair. */
  readonly text: string;
  /** The second text. */
  readonly textPair?: string;
}

/** What the server has to know about a model before it can answer for it. */
export interface ClassifierInfo {
  /** Name in URLs (`/models/{id}`) and replies: letters, digits, `_`, `-` and `.`. */
  readonly id: string;
  /** Where the model comes from, for `/info`; never a path of this machine. */
  readonly modelId: string;
  /** Label of each class, in the order of the logits. */
  readonly labels: readonly string[];
  /** How the scores read. */
  readonly problemType: ProblemType;
  /** Longest input in tokens, special tokens included. */
  readonly maxTokens: number;
  /** What the model wants done with a longer text, when the request does not say. */
  readonly longText: LongTextPolicy;
  /** Score from which a label counts as given, per class; multi-label models only, 0.5 where absent. */
  readonly thresholds?: readonly number[];
  /** Number of token ids: `/decode` takes ids below it. */
  readonly vocabSize: number;
  /** Element type of the weights, as text-embeddings-inference names it, such as `float32`. */
  readonly dtype: string;
  /** What computes, such as `cpu`: the `x-compute-type` of replies. */
  readonly backend: string;
}

/** Where to cut a text that is too long: `right` keeps its beginning, `left` its end. */
export type TruncationDirection = "left" | "right";

/** How texts are to be read. */
export interface EncodeOptions {
  /** Tokens to keep. */
  readonly maxTokens: number;
  /** The side that is cut off. */
  readonly truncationDirection: TruncationDirection;
  /** Whether to count the tokens that are cut off, too, rather than to stop reading where no more are kept. */
  readonly countAll: boolean;
}

/** A text as the model reads it. */
export interface Encoding {
  /** At most `maxTokens` token ids. */
  readonly ids: Int32Array;
  /** 0 for tokens of the first text, 1 for those of its pair; absent where the model has no use for it. */
  readonly typeIds?: Int32Array;
  /** Counts of hashed n-grams, where the model reads them beside the tokens. */
  readonly ngrams?: {
    /** Bucket and count, in turn. */
    readonly words: Int32Array;
    readonly characters: Int32Array;
  };
  /**
   * Tokens of the text as far as it was read, special tokens included: all of it with `countAll`; more than
   * `ids.length` when the text was cut.
   */
  readonly totalTokens: number;
}

/** A short text on its way to `infer`, which tokenizes it there: a further thread would cost more than it saves. */
export interface UnreadText {
  /** As the request has it. */
  readonly input: TextInput;
  /** How `encode` would be asked to read it. */
  readonly options: EncodeOptions;
}

/** What was read of a text. */
export type TokenCounts = { readonly tokens: number } & Pick<Encoding, "totalTokens">;

/** What came of a batch. */
export interface InferredBatch {
  /** Logits of the texts that could be read, row-major [texts, labels.length]. */
  readonly logits: Float32Array;
  /** What was read of each text that came unread, or why it could not be; absent where none did. */
  readonly read?: readonly (TokenCounts | Error | undefined)[];
}

/** One token as `/tokenize` shows it. */
export interface Token {
  /** Token id. */
  readonly id: number;
  /** The piece of the text it stands for; the name of the token where it is special. */
  readonly text: string;
  /** Whether it was put around the text. */
  readonly special: boolean;
  /** Where it begins in the text, in code points; null for a special token. */
  readonly start: number | null;
  /** Where it ends. */
  readonly stop: number | null;
}

/** All tokens of a text; as JSON, since it takes time to make it, and to pass on tens of thousands of objects. */
export interface TokenList {
  /** How many. */
  readonly length: number;
  /** A list of {@linkcode Token}, in UTF-8. */
  readonly json: Uint8Array<ArrayBuffer>;
}

/** What an explanation should hold. */
export interface ExplainOptions {
  /** Most tokens to read: a longer text is cut. */
  readonly maxTokens: number;
  /** Layers whose attention weights are wanted, rising. */
  readonly layers: readonly number[];
  /** Token importances wanted. */
  readonly importance: readonly ImportanceMethod[];
  /** Whether to try the text with each head switched off. */
  readonly headEffects: boolean;
  /** Whose importance is wanted; the predicted label where absent. */
  readonly label?: string;
}

/** The part of a classifier that shows how it works. */
export interface Explainer {
  /** Layers that have attention weights. */
  readonly layers: number;
  /** Attention heads of a layer. */
  readonly heads: number;
  /** The answer of `/v1/explain`, as JSON. Slow, like `infer`; the server never calls both at once. */
  explain(input: TextInput, options: ExplainOptions): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * A text classifier as the server sees it: the only thing this package knows of a model.
 *
 * Only `scores` is quick. All else costs what the texts of strangers cost and should run elsewhere (in workers), so
 * that the server goes on answering; `signal` says that nobody waits for the result any more. The server never calls
 * `infer` a second time before the first call has settled.
 */
export interface Classifier {
  /** What the server has to know before it can answer. */
  readonly info: ClassifierInfo;
  /** Token ids of each input, cut to `maxTokens`. */
  encode(inputs: readonly TextInput[], options: EncodeOptions, signal?: AbortSignal): Promise<Encoding[]>;
  /** All tokens of each text; undefined for one that has more than `maxTokens`, which need not be read to its end. */
  tokenize(
    texts: readonly string[],
    options: { addSpecialTokens: boolean; maxTokens: number },
    signal?: AbortSignal,
  ): Promise<(TokenList | undefined)[]>;
  /** The text that each list of token ids stands for. */
  decode(
    lists: readonly (readonly number[])[],
    options: { skipSpecialTokens: boolean },
    signal?: AbortSignal,
  ): Promise<string[]>;
  /**
   * Characters up to which `infer` takes texts unread, a pair counted together: few enough to be tokenized in a time that
   * is nothing beside that of the model, whatever they are. None where absent.
   */
  readonly unreadCharacters?: number;
  /**
   * Computes a batch, at most so many tokens at once: how many an unread text has is not known before. Without
   * `unreadCharacters` all are encoded.
   */
  infer(batch: readonly (Encoding | UnreadText)[], maxBatchTokens: number): Promise<InferredBatch>;
  /** The model's own scores for one row of logits: softmax, sigmoid or none, with its calibration. */
  scores(logits: Float32Array): ArrayLike<number>;
  /** For `/v1/explain`, where the model can be explained. */
  readonly explainer?: Explainer;
  /** Memory that the model's backend holds, for `/metrics`. */
  memory?(): { readonly buffers: number; readonly bytes: number };
  /** False once the model can no longer answer; `/health` then answers 503. */
  healthy?(): boolean;
}

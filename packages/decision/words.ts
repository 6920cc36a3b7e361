/** What a label is, in the spelling of Hugging Face: one of many, any number of them, or a number. */
export const PROBLEM_TYPES = [
  "single_label_classification",
  "multi_label_classification",
  "regression",
] as const;

/** How the answers of a model read. */
export type ProblemType = typeof PROBLEM_TYPES[number];

/** What happens to a text of more tokens than a model takes: the end is cut off, or it is refused. */
export const LONG_TEXT_POLICIES = ["truncate", "error"] as const;

/** One of {@linkcode LONG_TEXT_POLICIES}. */
export type LongTextPolicy = typeof LONG_TEXT_POLICIES[number];

/** How often each hashed n-gram occurs in a text, by bucket: words and characters are separate blocks. */
export interface NgramCounts {
  /** One and two words in a row: bucket → count. */
  readonly words: ReadonlyMap<number, number>;
  /** Stretches of characters inside a word: bucket → count. */
  readonly characters: ReadonlyMap<number, number>;
}

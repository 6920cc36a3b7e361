/** The functions that the Hugging Face API lets a client choose instead of the model's own. */
export type ScoreFunction = "softmax" | "sigmoid" | "none";

/**
 * Softmax of one row of logits, in f64, after subtracting the largest: no logit overflows.
 *
 * @example Logits far apart stay finite
 * ```ts
 * import { softmax } from "@taxon/serving";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(softmax([-1000, 1]), Float64Array.of(0, 1));
 * ```
 */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = Math.max(...values);
  const exponentials = values.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((e) => e / sum);
}

/** Logistic sigmoid of each logit, in f64. */
export function sigmoid(logits: ArrayLike<number>): Float64Array {
  return Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
}

/** A chosen function applied to logits. */
export function applyScoreFunction(logits: ArrayLike<number>, name: ScoreFunction): ArrayLike<number> {
  return name === "softmax" ? softmax(logits) : name === "sigmoid" ? sigmoid(logits) : logits;
}

/** A label and its score: one element of a Hugging Face or text-embeddings-inference reply. */
export interface LabelScore {
  /** A probability, or a value or logit where no function was applied. */
  score: number;
  /** Name of the class. */
  label: string;
}

/** Labels with their scores, highest first; equal scores keep the order of the labels. */
export function rank(
  scores: ArrayLike<number>,
  labels: readonly string[],
  topK: number = labels.length,
): LabelScore[] {
  return labels.map((label, i) => ({ score: scores[i], label }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);
}

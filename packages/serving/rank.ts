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

import type { SparseRows } from "./tfidf.ts";

/** Added to each count: an n-gram that was seen once is no proof. */
const SMOOTHING = 0.3;

/**
 * How far each weight of a linear model may go: one half for all, and one half by what naive Bayes thinks of its
 * n-gram, |ln(rate inside the class / rate outside)| over the mean of that in the texts. Weights of n-grams that
 * are spread evenly over the classes stay small. Wang & Manning 2012, "Baselines and Bigrams", scale the features by
 * the ratio itself; the figures are in `docs/training.md`.
 *
 * @param x Features of the texts; only whether one occurs counts.
 * @param y 0 or 1, [rows, outputs].
 * @returns Variances for `fitLinearModel`, [features, outputs].
 */
export function naiveBayesVariances(
  x: SparseRows,
  y: Float32Array,
  { features, outputs }: { features: number; outputs: number },
): Float32Array {
  const inside = new Float32Array(features * outputs);
  const occurrences = new Float32Array(features);
  const members = new Float32Array(outputs);
  for (let row = 0; row < x.rows; row++) {
    const classes = y.subarray(row * outputs, (row + 1) * outputs);
    for (let k = 0; k < outputs; k++) members[k] += classes[k];
    for (const feature of x.features.subarray(x.offsets[row], x.offsets[row + 1])) {
      occurrences[feature]++;
      for (let k = 0; k < outputs; k++) inside[feature * outputs + k] += classes[k];
    }
  }
  const rate = (count: number, texts: number) => (count + SMOOTHING) / (texts + 2 * SMOOTHING);
  const ratios = inside.map((count, i) => {
    const [all, texts] = [occurrences[Math.floor(i / outputs)], members[i % outputs]];
    return Math.abs(Math.log(rate(count, texts) / rate(all - count, x.rows - texts)));
  });
  const sum = ratios.reduce((sum, ratio, i) => sum + ratio * occurrences[Math.floor(i / outputs)], 0);
  const mean = sum / (x.features.length * outputs) || 1; // 0 if all n-grams are spread evenly
  return ratios.map((ratio) => (1 + ratio / mean) / 2);
}

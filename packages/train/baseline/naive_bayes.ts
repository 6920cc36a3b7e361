import type { OnProgress } from "../progress.ts";
import type { SparseRows } from "../linear/mod.ts";

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
 * @param seen 1 for rows that count, 0 for others, [rows]; all if not given.
 * @returns Variances for `fitLinearModel`, [columns, outputs].
 */
export function naiveBayesVariances(
  x: SparseRows,
  y: Float32Array,
  { outputs, seen, onProgress = () => {} }: {
    outputs: number;
    seen?: Uint8Array;
    onProgress?: OnProgress;
  },
): Float32Array {
  const features = x.columns;
  const inside = new Float32Array(features * outputs);
  const occurrences = new Float32Array(features);
  const members = new Float32Array(outputs);
  let rows = 0;
  let entries = 0;
  for (let row = 0; row < x.rows; row++) {
    onProgress(0.4 * row / x.rows);
    if (seen !== undefined && seen[row] === 0) continue;
    rows++;
    entries += x.offsets[row + 1] - x.offsets[row];
    const classes = y.subarray(row * outputs, (row + 1) * outputs);
    for (let k = 0; k < outputs; k++) members[k] += classes[k];
    for (const feature of x.features.subarray(x.offsets[row], x.offsets[row + 1])) {
      occurrences[feature]++;
      for (let k = 0; k < outputs; k++) inside[feature * outputs + k] += classes[k];
    }
  }
  const rate = (count: number, texts: number) => (count + SMOOTHING) / (texts + 2 * SMOOTHING);
  const ratios = inside; // each in the place of its count
  let sum = 0;
  for (let feature = 0; feature < features; feature++) {
    onProgress(0.4 + 0.4 * feature / features);
    const all = occurrences[feature];
    for (let k = 0; k < outputs; k++) {
      const i = feature * outputs + k;
      const ratio = rate(inside[i], members[k]) / rate(all - inside[i], rows - members[k]);
      ratios[i] = Math.abs(Math.log(ratio));
      sum += ratios[i] * all;
    }
  }
  const mean = sum / (entries * outputs) || 1; // 0 if all n-grams are spread evenly
  for (let feature = 0; feature < features; feature++) {
    onProgress(0.8 + 0.2 * feature / features);
    for (let k = 0; k < outputs; k++) {
      const i = feature * outputs + k;
      ratios[i] = (1 + ratios[i] / mean) / 2;
    }
  }
  return ratios;
}

import { softmaxInPlace } from "./softmax.ts";

/** Labels, weights and smoothing of a cross entropy over [n, classes] logits. */
export interface Targets {
  readonly labels: Int32Array;
  readonly classWeights?: Float32Array;
  readonly labelSmoothing: number;
  readonly classes: number;
}

/** How much class `c` counts in the loss of a row labelled `label`. */
function targetWeight({ classWeights, labelSmoothing, classes }: Targets, label: number, c: number): number {
  const share = (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
  return share * (classWeights ? classWeights[c] : 1);
}

/** loss[r] = −Σ target[c] · log softmax(logits[r])[c]. */
export function crossEntropyInto(loss: Float32Array, logits: Float32Array, targets: Targets): void {
  const { labels, classes } = targets;
  for (let r = 0; r < labels.length; r++) {
    const row = logits.subarray(r * classes, (r + 1) * classes);
    const logTotal = logSumExp(row);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const weight = targetWeight(targets, labels[r], c);
      if (weight !== 0) sum += weight * (logTotal - row[c]); // 0 · ∞ would be NaN
    }
    loss[r] = sum;
  }
}

/** dlogits = dloss · (softmax · Σ target − target). */
export function crossEntropyGradInto(
  dlogits: Float32Array,
  dloss: Float32Array,
  logits: Float32Array,
  targets: Targets,
): void {
  const { labels, classes } = targets;
  for (let r = 0; r < labels.length; r++) {
    const row = Float64Array.from(logits.subarray(r * classes, (r + 1) * classes));
    softmaxInPlace(row);
    let total = 0;
    for (let c = 0; c < classes; c++) total += targetWeight(targets, labels[r], c);
    for (let c = 0; c < classes; c++) {
      dlogits[r * classes + c] = dloss[r] * (row[c] * total - targetWeight(targets, labels[r], c));
    }
  }
}

function logSumExp(row: Float32Array): number {
  let max = -Infinity;
  for (let c = 0; c < row.length; c++) max = Math.max(max, row[c]);
  let total = 0;
  for (let c = 0; c < row.length; c++) total += Math.exp(row[c] - max);
  return max + Math.log(total);
}

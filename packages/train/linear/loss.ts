import type { Link } from "./linear_model.ts";

/** Targets of a fit and what each is worth. */
export interface Targets {
  link: Link;
  /** One-hot or 0 and 1 for classes, numbers under the identity; [rows, outputs]. */
  y: Float32Array;
  outputs: number;
  /** [rows] for softmax, else [rows, outputs]; 0 leaves a row out of the fit. */
  weights: Float32Array;
}

/**
 * Sum of weight · loss over the rows: cross-entropy, or half the squared error.
 *
 * @param logits [rows, outputs]
 * @param residuals Becomes the gradient by the logits, weight · (prediction − target), [rows, outputs].
 */
export function lossOf(
  { link, y, outputs, weights }: Targets,
  logits: Float64Array | Float32Array,
  residuals: Float64Array,
): number {
  if (link === "softmax") return softmaxLoss(y, outputs, weights, logits, residuals);
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    const weight = weights[i];
    residuals[i] = 0;
    if (weight === 0) continue;
    const z = logits[i];
    if (link === "identity") {
      residuals[i] = weight * (z - y[i]);
      loss += weight * (z - y[i]) ** 2 / 2;
    } else {
      const power = Math.exp(-Math.abs(z));
      const p = z < 0 ? power / (1 + power) : 1 / (1 + power);
      residuals[i] = weight * (p - y[i]);
      loss += weight * (Math.max(z, 0) - y[i] * z + Math.log1p(power));
    }
  }
  return loss;
}

function softmaxLoss(
  y: Float32Array,
  outputs: number,
  weights: Float32Array,
  logits: Float64Array | Float32Array,
  residuals: Float64Array,
): number {
  let loss = 0;
  for (let row = 0, start = 0; row < weights.length; row++, start += outputs) {
    const weight = weights[row];
    const end = start + outputs;
    if (weight === 0) {
      residuals.fill(0, start, end);
      continue;
    }
    let max = -Infinity;
    for (let i = start; i < end; i++) if (logits[i] > max) max = logits[i];
    let sum = 0;
    for (let i = start; i < end; i++) sum += residuals[i] = Math.exp(logits[i] - max);
    const logSum = Math.log(sum) + max;
    const scale = weight / sum;
    for (let i = start; i < end; i++) {
      residuals[i] = residuals[i] * scale - weight * y[i];
      if (y[i] !== 0) loss += weight * y[i] * (logSum - logits[i]);
    }
  }
  return loss;
}

/** Biases of the model without features: what every fit starts from, [outputs]. */
export function baseRates({ link, y, outputs, weights }: Targets): { bias: Float64Array; curvature: number } {
  const sums = new Float64Array(outputs);
  const totals = new Float64Array(outputs);
  for (let i = 0; i < y.length; i++) {
    const weight = link === "softmax" ? weights[Math.floor(i / outputs)] : weights[i];
    sums[i % outputs] += weight * y[i];
    totals[i % outputs] += weight;
  }
  if (link === "identity") return { bias: sums.map((sum, k) => sum / (totals[k] || 1)), curvature: 1 };
  // a class without rows is half a row rare: any finite start will do
  const shares = sums.map((sum, k) => (sum + 0.5) / (totals[k] + 1));
  const bias = shares.map((p) => link === "softmax" ? Math.log(p) : Math.log(p / (1 - p)));
  if (link === "softmax") {
    const mean = bias.reduce((sum, b) => sum + b, 0) / outputs;
    for (let k = 0; k < outputs; k++) bias[k] -= mean;
  }
  const curvature = shares.reduce((sum, p) => sum + p * (1 - p), 0) / outputs;
  return { bias, curvature };
}

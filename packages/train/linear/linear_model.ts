import type { OnProgress } from "../progress.ts";
import type { FeatureRows } from "./rows.ts";

/** From logits to predictions. Under each the gradient of the matching loss is prediction − target. */
export type Link = "softmax" | "sigmoid" | "identity";

/** logits = x · weight + bias */
export interface LinearModel {
  /** [columns, outputs] */
  weight: Float32Array;
  /** [outputs] */
  bias: Float32Array;
  /** What follows the logits. */
  link: Link;
}

/** Logits of a linear model, [rows, outputs]. */
export function linearLogits(
  x: FeatureRows,
  { weight, bias }: Pick<LinearModel, "weight" | "bias">,
  onProgress: OnProgress = () => {},
): Float32Array {
  const outputs = bias.length;
  const logits = new Float32Array(x.rows * outputs);
  const sums = new Float64Array(outputs);
  const add = (feature: number, value: number) => {
    const start = feature * outputs;
    for (let k = 0; k < outputs; k++) sums[k] += value * weight[start + k];
  };
  for (let row = 0; row < x.rows; row++) {
    onProgress(row / x.rows);
    sums.set(bias);
    if ("offsets" in x) {
      for (let i = x.offsets[row]; i < x.offsets[row + 1]; i++) add(x.features[i], x.values[i]);
    } else {
      for (let j = 0; j < x.columns; j++) add(j, x.values[row * x.columns + j]);
    }
    logits.set(sums, row * outputs);
  }
  return logits;
}

/** Predictions of a linear model, [rows, outputs]: probabilities, or numbers under the identity. */
export function predictLinear(x: FeatureRows, model: LinearModel, onProgress?: OnProgress): Float32Array {
  const predicted = linearLogits(x, model, onProgress);
  if (model.link === "sigmoid") return predicted.map((z) => 1 / (1 + Math.exp(-z)));
  if (model.link === "softmax") {
    const outputs = model.bias.length;
    for (let start = 0; start < predicted.length; start += outputs) {
      softmaxInPlace(predicted.subarray(start, start + outputs));
    }
  }
  return predicted;
}

function softmaxInPlace(row: Float32Array): void {
  const powers = Float64Array.from(row);
  let max = -Infinity;
  for (const z of row) max = Math.max(max, z);
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += powers[k] = Math.exp(powers[k] - max);
  for (let k = 0; k < row.length; k++) row[k] = powers[k] / sum;
}

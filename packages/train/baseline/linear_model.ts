import { foldIn, keyFromSeed, permutation } from "@taxon/tensor";
import type { OnProgress } from "../progress.ts";
import type { SparseRows } from "./tfidf.ts";

/** From scores to predictions. Under each the gradient of the matching loss is prediction − target. */
export type Link = "softmax" | "sigmoid" | "identity";

/** scores = x · weight + bias */
export interface LinearModel {
  /** [features, outputs] */
  weight: Float32Array;
  /** [outputs] */
  bias: Float32Array;
  link: Link;
}

/** How a linear model is fitted. */
export interface FitOptions {
  link: Link;
  features: number;
  outputs: number;
  /** Inverse strength of the L2 penalty, as in scikit-learn: minimises C · Σ loss + ½ · Σ weight² / variance. */
  c: number;
  /** How far each weight may go, [features, outputs]; 1 for all if not given. */
  variances?: Float32Array;
  seed: number;
  /** Told how far the fit is. */
  onProgress?: OnProgress;
}

/** Steps of the whole fit, which is what convergence depends on; see all rows often when few, and 5 times at least. */
const STEPS = 100_000;
const MIN_EPOCHS = 5;
const MAX_EPOCHS = 100;

/** First step size: half of 2 / curvature, where the curvature of a row is at most |x|² = 2 times ½, ¼ or 1. */
const FIRST_STEP: Record<Link, number> = { softmax: 1, sigmoid: 2, identity: 0.5 };

/** The bias sees every row and a feature only few: equal steps would make it swing. */
const BIAS_STEP = 0.1;

/**
 * Logistic (softmax, sigmoid) or ridge (identity) regression by stochastic gradient descent, one row a step,
 * with a step size that falls linearly to 0. The penalty shrinks a common factor instead of every weight
 * (Bottou 2012, "Stochastic gradient descent tricks", section 5.1), so a step costs what the row's features cost.
 * Variances make steps of different sizes: the same as scaling each feature by the root of its weight's variance.
 *
 * @param x Rows of features with a squared length of at most 2.
 * @param y Targets, [rows, outputs].
 */
export function fitLinearModel(x: SparseRows, y: Float32Array, options: FitOptions): LinearModel {
  const { link, features, outputs, c, variances, seed, onProgress = () => {} } = options;
  const model: LinearModel = {
    weight: new Float32Array(features * outputs),
    bias: new Float32Array(outputs),
    link,
  };
  const { weight, bias } = model;
  const penalty = 1 / (c * x.rows);
  const residual = new Float64Array(outputs);
  const key = foldIn(keyFromSeed(seed), "linear baseline");
  const epochs = Math.min(Math.max(Math.ceil(STEPS / x.rows), MIN_EPOCHS), MAX_EPOCHS);
  const steps = epochs * x.rows;
  let scale = 1;
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    for (const row of permutation(foldIn(key, epoch), x.rows)) {
      onProgress(step / steps);
      const size = FIRST_STEP[link] * (1 - step++ / steps);
      predictRow(x, row, model, scale, residual);
      for (let k = 0; k < outputs; k++) residual[k] -= y[row * outputs + k];

      scale *= 1 - size * penalty;
      for (let i = x.offsets[row]; i < x.offsets[row + 1]; i++) {
        const start = x.features[i] * outputs;
        const amount = size * x.values[i] / scale;
        for (let k = 0; k < outputs; k++) {
          const variance = variances === undefined ? 1 : variances[start + k];
          weight[start + k] -= amount * residual[k] * variance;
        }
      }
      for (let k = 0; k < outputs; k++) bias[k] -= size * BIAS_STEP * residual[k];
      if (scale < 1e-6) scale = absorb(weight, scale);
    }
  }
  absorb(weight, scale);
  return model;
}

/** Predictions of a fitted model, [rows, outputs]. */
export function predictLinear(
  x: SparseRows,
  model: LinearModel,
  onProgress: OnProgress = () => {},
): Float32Array {
  const outputs = model.bias.length;
  const out = new Float32Array(x.rows * outputs);
  const row = new Float64Array(outputs);
  for (let i = 0; i < x.rows; i++) {
    onProgress(i / x.rows);
    predictRow(x, i, model, 1, row);
    out.set(row, i * outputs);
  }
  return out;
}

/** Multiplies the common factor into the weights and returns the new factor. */
function absorb(weight: Float32Array, scale: number): number {
  for (let i = 0; i < weight.length; i++) weight[i] *= scale;
  return 1;
}

function predictRow(x: SparseRows, row: number, model: LinearModel, scale: number, out: Float64Array): void {
  const { weight, bias, link } = model;
  const outputs = bias.length;
  out.fill(0);
  for (let i = x.offsets[row]; i < x.offsets[row + 1]; i++) {
    const start = x.features[i] * outputs;
    const value = x.values[i];
    for (let k = 0; k < outputs; k++) out[k] += value * weight[start + k];
  }
  for (let k = 0; k < outputs; k++) out[k] = out[k] * scale + bias[k];
  if (link === "softmax") softmaxInPlace(out);
  else if (link === "sigmoid") { for (let k = 0; k < outputs; k++) out[k] = 1 / (1 + Math.exp(-out[k])); }
}

function softmaxInPlace(row: Float64Array): void {
  let max = -Infinity;
  for (let k = 0; k < row.length; k++) max = Math.max(max, row[k]);
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k] = Math.exp(row[k] - max);
  for (let k = 0; k < row.length; k++) row[k] /= sum;
}

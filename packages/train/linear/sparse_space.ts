import type { SparseRows } from "./rows.ts";
import { type ParameterSpace, zeroVector } from "./space.ts";

/**
 * The space of a model on sparse rows, which have far more columns than a fit needs: the best weights are a sum of
 * the rows, weight = variances · xᵀ · alpha (the representer theorem), as are all gradients. So the primal half holds
 * alpha, [rows, outputs], and then the biases; the dual half the logits that alpha makes.
 *
 * @param variances How far each weight may go, [columns, outputs]; 1 for all if not given.
 * @param visit Told each time some rows are done.
 */
export function sparseSpace(
  x: SparseRows,
  { outputs, c, curvature, weightSum, variances, visit }: {
    outputs: number;
    c: number;
    curvature: number;
    /** Of all rows. */
    weightSum: number;
    variances?: Float32Array;
    visit: () => void;
  },
): ParameterSpace {
  const cells = x.rows * outputs;
  const size = cells + outputs;
  const biasScale = c * curvature * weightSum;
  const weight = new Float64Array(x.columns * outputs); // of the last vector that was mapped
  const toWeights = (alpha: Float64Array) => {
    weight.fill(0);
    for (let row = 0; row < x.rows; row++) {
      if (row % 16 === 0) visit();
      addRow(x, row, alpha, outputs, weight);
    }
    if (variances !== undefined) { for (let i = 0; i < weight.length; i++) weight[i] *= variances[i]; }
  };
  return {
    size,
    start(bias) {
      const vector = zeroVector(size);
      vector.primal.set(bias, cells);
      return vector;
    },
    logits({ primal, dual }, out) {
      for (let i = 0; i < cells; i++) out[i] = dual[i] + primal[cells + i % outputs];
    },
    gradient(point, residuals, { primal, dual }) {
      toWeights(residuals);
      const bias = new Float64Array(outputs);
      for (let row = 0, start = 0; row < x.rows; row++, start += outputs) {
        if (row % 16 === 0) visit();
        rowLogits(x, row, weight, outputs, dual);
        for (let k = 0; k < outputs; k++) bias[k] += residuals[start + k];
      }
      for (let i = 0; i < cells; i++) {
        dual[i] = c * dual[i] + point.dual[i];
        primal[i] = c * residuals[i] + point.primal[i];
      }
      for (let k = 0; k < outputs; k++) {
        dual[cells + k] = c * bias[k];
        primal[cells + k] = c * bias[k] / biasScale;
      }
    },
    penalty(a, b) {
      let sum = 0;
      for (let i = 0; i < cells; i++) sum += a.primal[i] * b.dual[i];
      return sum;
    },
    norm({ primal, dual }) {
      let sum = 0;
      for (let i = 0; i < cells; i++) sum += primal[i] * dual[i];
      for (let i = cells; i < size; i++) sum += dual[i] * dual[i];
      return Math.sqrt(Math.max(sum, 0));
    },
    parameters({ primal }) {
      toWeights(primal);
      return { weight: Float32Array.from(weight), bias: Float32Array.from(primal.subarray(cells)) };
    },
  };
}

function addRow(
  { offsets, features, values }: SparseRows,
  row: number,
  alpha: Float64Array,
  outputs: number,
  weight: Float64Array,
): void {
  const from = row * outputs;
  let empty = true;
  for (let k = 0; k < outputs && empty; k++) empty = alpha[from + k] === 0;
  if (empty) return; // left out of the fit
  for (let i = offsets[row]; i < offsets[row + 1]; i++) {
    const start = features[i] * outputs;
    const value = values[i];
    for (let k = 0; k < outputs; k++) weight[start + k] += value * alpha[from + k];
  }
}

function rowLogits(
  { offsets, features, values }: SparseRows,
  row: number,
  weight: Float64Array,
  outputs: number,
  out: Float64Array,
): void {
  const to = row * outputs;
  for (let k = 0; k < outputs; k++) out[to + k] = 0;
  for (let i = offsets[row]; i < offsets[row + 1]; i++) {
    const start = features[i] * outputs;
    const value = values[i];
    for (let k = 0; k < outputs; k++) out[to + k] += value * weight[start + k];
  }
}

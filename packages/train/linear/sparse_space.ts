import { multiplyGram } from "./gram_products.ts";
import type { SparseRows } from "./rows.ts";
import { type ParameterSpace, zeroVector } from "./space.ts";

/**
 * The space of a model on sparse rows, which have far more columns than a fit needs: the best weights are a sum of
 * the rows, weight = variances · xᵀ · alpha (the representer theorem), as are all gradients. So the primal half holds
 * alpha, [rows, outputs], and then the biases; the dual half the logits that alpha makes.
 *
 * @param variances How far each weight may go, [columns, outputs]; 1 for all if not given.
 * @param gram Of `gramProducts`, where they are less work than the rows.
 * @param visit Told each time some rows are done.
 */
export function sparseSpace(
  x: SparseRows,
  { outputs, c, curvature, weightSum, variances, gram, visit }: {
    outputs: number;
    c: number;
    curvature: number;
    /** Of all rows. */
    weightSum: number;
    variances?: Float32Array;
    gram?: Float64Array;
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
  /** Logits of the weights that alpha stands for. */
  const multiply = (alpha: Float64Array, out: Float64Array) => {
    if (gram !== undefined) return multiplyGram(gram, alpha, outputs, out, visit);
    toWeights(alpha);
    for (let row = 0; row < x.rows; row++) {
      if (row % 16 === 0) visit();
      rowLogits(x, row, weight, outputs, out);
    }
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
      multiply(residuals, dual);
      const bias = new Float64Array(outputs);
      for (let i = 0; i < cells; i++) bias[i % outputs] += residuals[i];
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

/** Outputs whose sums are held at once while a row is read: enough to read it seldom, few enough for registers. */
const BLOCK = 4;

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
  const [begin, end] = [offsets[row], offsets[row + 1]];
  let k = 0;
  for (; k + BLOCK <= outputs; k += BLOCK) {
    const [a, b, c, d] = [alpha[from + k], alpha[from + k + 1], alpha[from + k + 2], alpha[from + k + 3]];
    for (let i = begin; i < end; i++) {
      const at = features[i] * outputs + k;
      const value = values[i];
      weight[at] += value * a;
      weight[at + 1] += value * b;
      weight[at + 2] += value * c;
      weight[at + 3] += value * d;
    }
  }
  for (; k < outputs; k++) {
    const a = alpha[from + k];
    for (let i = begin; i < end; i++) weight[features[i] * outputs + k] += values[i] * a;
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
  const [begin, end] = [offsets[row], offsets[row + 1]];
  let k = 0;
  for (; k + BLOCK <= outputs; k += BLOCK) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = begin; i < end; i++) {
      const at = features[i] * outputs + k;
      const value = values[i];
      a += value * weight[at];
      b += value * weight[at + 1];
      c += value * weight[at + 2];
      d += value * weight[at + 3];
    }
    out[to + k] = a;
    out[to + k + 1] = b;
    out[to + k + 2] = c;
    out[to + k + 3] = d;
  }
  for (; k < outputs; k++) {
    let a = 0;
    for (let i = begin; i < end; i++) a += values[i] * weight[features[i] * outputs + k];
    out[to + k] = a;
  }
}

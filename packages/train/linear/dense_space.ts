import { factorize, solveFactorized } from "./cholesky.ts";
import { addOuterOfFour, logitsOfTwo } from "./dense_products.ts";
import type { DenseRows } from "./rows.ts";
import { type ParameterSpace, type Vector, zeroVector } from "./space.ts";

/** Rows are padded with zeros to a multiple of this, so that products take whole blocks. */
const BLOCK = 4;
/** Of the largest diagonal entry, added to all: rows that repeat themselves make a matrix singular. */
const JITTER = 1e-10;

/**
 * The space of a model on dense rows. Vectors lie as [outputs, columns + 1], the bias last; the metric is
 * C · curvature · xᵀx + 1, the curvature of the objective if all rows were equally uncertain. For squared errors that
 * is exact, and one step is the closed form of ridge regression.
 *
 * @param visit Told each time some rows are done.
 */
export function denseSpace(
  { rows, columns, values, gram }: PreparedRows,
  { outputs, c, curvature, visit }: {
    outputs: number;
    c: number;
    curvature: number;
    visit: () => void;
  },
): ParameterSpace {
  const width = columns + 1;
  const size = outputs * width;
  const padded = values.length / columns;
  const blockLogits = new Float64Array(padded * outputs);
  const blockResiduals = new Float64Array(padded * outputs);
  const metric = metricOf(gram, width, c * curvature);
  return {
    size,
    start(bias) {
      const vector = zeroVector(size);
      for (let k = 0; k < outputs; k++) vector.primal[k * width + columns] = bias[k];
      return vector; // the dual half of a point is never read
    },
    logits({ primal }, out) {
      for (let row = 0; row < padded; row += 2) {
        if (row % 16 === 0) visit();
        logitsOfTwo(values, row, columns, primal, outputs, blockLogits);
      }
      out.set(blockLogits.subarray(0, rows * outputs));
    },
    gradient({ primal }, residuals, out) {
      const sums = out.dual.fill(0);
      blockResiduals.set(residuals);
      for (let row = 0; row < padded; row += BLOCK) {
        if (row % 16 === 0) visit();
        addOuterOfFour(values, row, columns, blockResiduals, outputs, sums);
      }
      for (let i = 0; i < size; i++) sums[i] = c * sums[i] + (i % width === columns ? 0 : primal[i]);
      out.primal.set(sums);
      for (let k = 0; k < outputs; k++) {
        if (k % 16 === 0) visit();
        solveFactorized(metric, width, out.primal.subarray(k * width, (k + 1) * width));
      }
    },
    penalty(a, b) {
      let sum = 0;
      for (let i = 0; i < size; i++) if (i % width !== columns) sum += a.primal[i] * b.primal[i];
      return sum;
    },
    norm({ dual }) {
      return Math.sqrt(dual.reduce((sum, value) => sum + value * value, 0));
    },
    parameters({ primal }: Vector) {
      const weight = new Float32Array(columns * outputs);
      const bias = new Float32Array(outputs);
      for (let k = 0; k < outputs; k++) {
        for (let j = 0; j < columns; j++) weight[j * outputs + k] = primal[k * width + j];
        bias[k] = primal[k * width + columns];
      }
      return { weight, bias };
    },
  };
}

/** Rows made ready for fits of any strength. */
export interface PreparedRows {
  rows: number;
  columns: number;
  /** Rows of zeros fill the last block. */
  values: Float64Array;
  /** Weighted inner products of the columns and of a last one of ones, [columns + 1, columns + 1]; the lower triangle. */
  gram: Float64Array;
}

/** @param weights [rows] */
export function prepareRows(
  { rows, columns, values }: DenseRows,
  weights: Float32Array,
  visit: () => void,
): PreparedRows {
  const padded = new Float64Array(Math.ceil(rows / BLOCK) * BLOCK * columns);
  padded.set(values);
  const width = columns + 1;
  const gram = new Float64Array(width * width);
  const x = new Float64Array(width).fill(1);
  for (let row = 0; row < rows; row++) {
    if (row % 4 === 0) visit();
    if (weights[row] === 0) continue;
    x.set(padded.subarray(row * columns, (row + 1) * columns));
    for (let i = 0; i < width; i++) {
      const scaled = weights[row] * x[i];
      const start = i * width;
      for (let j = 0; j <= i; j++) gram[start + j] += scaled * x[j];
    }
  }
  return { rows, columns, values: padded, gram };
}

function metricOf(gram: Float64Array, width: number, scale: number): Float64Array {
  const metric = gram.map((value) => scale * value);
  let largest = 1;
  for (let i = 0; i < width; i++) largest = Math.max(largest, metric[i * width + i]);
  for (let i = 0; i < width; i++) metric[i * width + i] += (i === width - 1 ? 0 : 1) + JITTER * largest;
  factorize(metric, width);
  return metric;
}

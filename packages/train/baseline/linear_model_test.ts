import { assertLess } from "@std/assert";
import { fitLinearModel, type Link, predictLinear } from "./linear_model.ts";
import type { SparseRows } from "./tfidf.ts";

const ROWS = 400;
const FEATURES = 40;
const OUTPUTS = 3;

/** Rows of four features, squared length 2, and noisy targets that depend on them. */
function makeData(link: Link): { x: SparseRows; y: Float32Array } {
  let state = 7;
  const random = () => (state = state * 48271 % 2147483647) / 2147483647; // Lehmer's generator
  const x: SparseRows = {
    rows: ROWS,
    offsets: Int32Array.from({ length: ROWS + 1 }, (_, i) => 4 * i),
    features: Int32Array.from({ length: 4 * ROWS }, (_, i) => 10 * (i % 4) + Math.floor(10 * random())),
    values: new Float32Array(4 * ROWS).fill(Math.SQRT1_2),
  };
  const y = new Float32Array(ROWS * OUTPUTS);
  for (let row = 0; row < ROWS; row++) {
    const noisy = random() < 0.2 ? Math.floor(3 * random()) : x.features[4 * row] % OUTPUTS;
    if (link === "identity") y.set([noisy, -noisy, x.features[4 * row + 1] / 10], row * OUTPUTS);
    else y[row * OUTPUTS + noisy] = 1;
  }
  return { x, y };
}

/** Predictions at the minimum of C · Σ loss + ½ Σ weight² / variance, by gradient descent over all rows in float64. */
function exactPredictions(
  { x, y }: { x: SparseRows; y: Float32Array },
  link: Link,
  c: number,
  variances: Float32Array,
): Float64Array {
  const weight = new Float64Array(FEATURES * OUTPUTS);
  const bias = new Float64Array(OUTPUTS);
  const predicted = new Float64Array(ROWS * OUTPUTS);
  const step = 1 / (1 + c * 100); // some 80 rows share the direction of largest curvature
  for (let iteration = 0; iteration < 400; iteration++) {
    const gradient = weight.map((value, i) => value / variances[i]);
    const biasGradient = new Float64Array(OUTPUTS);
    for (let row = 0; row < ROWS; row++) {
      const own = x.features.subarray(4 * row, 4 * row + 4);
      const scores = Array.from(
        bias,
        (b, k) => own.reduce((sum, f) => sum + Math.SQRT1_2 * weight[f * OUTPUTS + k], b),
      );
      const total = scores.reduce((sum, z) => sum + Math.exp(z), 0);
      scores.forEach((z, k) => {
        const p = link === "softmax" ? Math.exp(z) / total : link === "sigmoid" ? 1 / (1 + Math.exp(-z)) : z;
        predicted[row * OUTPUTS + k] = p;
        const residual = c * (p - y[row * OUTPUTS + k]);
        biasGradient[k] += residual;
        for (const f of own) gradient[f * OUTPUTS + k] += Math.SQRT1_2 * residual;
      });
    }
    for (let i = 0; i < weight.length; i++) weight[i] -= step * gradient[i];
    for (let k = 0; k < OUTPUTS; k++) bias[k] -= step / 4 * biasGradient[k];
  }
  return predicted;
}

for (const link of ["softmax", "sigmoid", "identity"] as const) {
  Deno.test(`fitLinearModel() comes close to the minimum of the penalised ${link} loss`, () => {
    const data = makeData(link);
    const size = { features: FEATURES, outputs: OUTPUTS };
    const equal = new Float32Array(FEATURES * OUTPUTS).fill(1);
    const different = equal.map((_, i) => [0.2, 1, 2][i % 7 % 3]);
    for (const variances of [undefined, different]) {
      for (const c of [0.1, 10]) {
        const model = fitLinearModel(data.x, data.y, { link, ...size, c, variances, seed: 1 });
        const exact = exactPredictions(data, link, c, variances ?? equal);
        const distance = predictLinear(data.x, model).reduce((sum, p, i) => sum + Math.abs(p - exact[i]), 0) /
          exact.length;
        // mean over rows; gradient descent on single rows keeps some noise
        assertLess(distance, 0.02, `C = ${c}, variances ${variances ? "differ" : "are equal"}`);
      }
    }
  });
}

import { type Activation, foldIn, type Key, numel, uniformAt } from "@taxon/tensor";
import { map, type NdArray } from "./nd_array.ts";
import { erf } from "./scalar.ts";

/** x · Φ(x), with Φ exact or by the tanh approximation of Hendrycks & Gimpel 2016. */
export function gelu(x: number, form: "erf" | "tanh"): number {
  if (form === "erf") return x * (1 + erf(x / Math.SQRT2)) / 2;
  return x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
}

function activate(x: number, activation: Activation): number {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return x < 0 ? 0 : x;
    case "tanh":
      return Math.tanh(x);
    case "gelu":
      return gelu(x, "erf");
    case "geluTanh":
      return gelu(x, "tanh");
  }
}

/** activation(x · weightᵀ + bias). */
export function linear(
  x: NdArray,
  weight: NdArray,
  bias?: NdArray,
  activation: Activation = "none",
): NdArray {
  const [outputs, inputs] = weight.shape;
  const rows = numel(x.shape.slice(0, -1));
  const data = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias ? bias.data[o] : 0;
      for (let i = 0; i < inputs; i++) sum += x.data[r * inputs + i] * weight.data[o * inputs + i];
      data[r * outputs + o] = activate(sum, activation);
    }
  }
  return { shape: [...x.shape.slice(0, -1), outputs], dtype: "f32", data };
}

/** Applies `f` to each row of the last axis. */
function mapRows(x: NdArray, f: (row: Float64Array, r: number) => ArrayLike<number>): NdArray {
  const size = x.shape[x.shape.length - 1];
  const data = new Float64Array(x.data.length);
  for (let start = 0; start < data.length; start += size) {
    data.set(f(x.data.subarray(start, start + size), start / size), start);
  }
  return { ...x, data };
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

/** (x − mean) / √(variance + eps) · weight + bias with the biased variance. */
export function layerNorm(
  x: NdArray,
  weight: NdArray | undefined,
  bias: NdArray | undefined,
  eps: number,
): NdArray {
  return mapRows(x, (row) => {
    const mean = total(row) / row.length;
    const variance = total(row.map((value) => (value - mean) ** 2)) / row.length;
    return row.map((value, c) =>
      (value - mean) / Math.sqrt(variance + eps) * (weight?.data[c] ?? 1) + (bias?.data[c] ?? 0)
    );
  });
}

/** eˣ / Σ eˣ of each row. */
export function softmax(x: NdArray): NdArray {
  return mapRows(x, softmaxRow);
}

function softmaxRow(row: Float64Array): Float64Array {
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = row.map((value) => Math.exp(value - top));
  const sum = total(e);
  return e.map((value) => value / sum);
}

/** Inverted dropout as the oracle sees it; the ids are plain numbers. */
export interface DropoutStream {
  readonly p: number;
  readonly key: Key;
  readonly rows: ArrayLike<number>;
}

export function dropout(x: NdArray, { p, key, rows }: DropoutStream): NdArray {
  return mapRows(x, (row, r) => row.map((value, c) => dropped(value, p, uniformAt(key, rows[r], c))));
}

function dropped(value: number, p: number, uniform: number): number {
  return uniform < Math.fround(p) ? 0 : value / (1 - p);
}

/** Within each sequence and head: dropout(softmax(scale · q · kᵀ)) · v. All are [tokens, heads, headDim]. */
export function attention(
  q: NdArray,
  k: NdArray,
  v: NdArray,
  { cuSeqlens, cuSeqlensKey, scale, window = Infinity, dropout }: {
    cuSeqlens: ArrayLike<number>;
    cuSeqlensKey: ArrayLike<number>;
    scale: number;
    window?: number;
    dropout?: DropoutStream;
  },
): NdArray {
  const [, heads, dim] = q.shape;
  const element = (x: NdArray, token: number, head: number, d: number) =>
    x.data[(token * heads + head) * dim + d];
  const data = new Float64Array(q.data.length);
  for (let s = 0; s + 1 < cuSeqlens.length; s++) {
    const keys = Array.from({ length: cuSeqlensKey[s + 1] - cuSeqlensKey[s] }, (_, j) => cuSeqlensKey[s] + j);
    for (let token = cuSeqlens[s]; token < cuSeqlens[s + 1]; token++) {
      for (let head = 0; head < heads; head++) {
        const scores = keys.map((key, j) => {
          if (Math.abs(j - (token - cuSeqlens[s])) > window) return -Infinity;
          let dot = 0;
          for (let d = 0; d < dim; d++) dot += element(q, token, head, d) * element(k, key, head, d);
          return scale * dot;
        });
        softmaxRow(Float64Array.from(scores)).forEach((weight, j) => {
          const w = dropout
            ? dropped(weight, dropout.p, uniformAt(foldIn(dropout.key, head), dropout.rows[token], j))
            : weight;
          for (let d = 0; d < dim; d++) {
            data[(token * heads + head) * dim + d] += w * element(v, keys[j], head, d);
          }
        });
      }
    }
  }
  return { shape: q.shape, dtype: "f32", data };
}

/** Loss of each row: −Σ target · log softmax(logits), target = (1 − ε) · oneHot + ε / classes, times class weights. */
export function softmaxCrossEntropy(
  logits: NdArray,
  labels: ArrayLike<number>,
  { classWeights, labelSmoothing = 0 }: { classWeights?: NdArray; labelSmoothing?: number } = {},
): NdArray {
  const [n, classes] = logits.shape;
  const data = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    const row = logits.data.subarray(r * classes, (r + 1) * classes);
    const top = row.reduce((a, b) => Math.max(a, b));
    const logTotal = top + Math.log(total(row.map((value) => Math.exp(value - top))));
    for (let c = 0; c < classes; c++) {
      const target = (c === labels[r] ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      data[r] += target * (classWeights?.data[c] ?? 1) * (logTotal - row[c]);
    }
  }
  return { shape: [n], dtype: "f32", data };
}

/** Rates of one AdamW step. */
export interface AdamWRates {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly step: number;
}

/** Parameter and moments after a step, Loshchilov & Hutter 2019, algorithm 2. */
export function adamw(
  { param, grad, m, v }: { param: NdArray; grad: NdArray; m: NdArray; v: NdArray },
  { learningRate, weightDecay, beta1, beta2, eps, step }: AdamWRates,
): { param: NdArray; m: NdArray; v: NdArray } {
  const each = (x: NdArray, f: (value: number, i: number) => number) => ({ ...x, data: x.data.map(f) });
  const nextM = each(m, (value, i) => beta1 * value + (1 - beta1) * grad.data[i]);
  const nextV = each(v, (value, i) => beta2 * value + (1 - beta2) * grad.data[i] ** 2);
  const nextParam = each(param, (value, i) => {
    const mHat = nextM.data[i] / (1 - beta1 ** step);
    const vHat = nextV.data[i] / (1 - beta2 ** step);
    return value - learningRate * weightDecay * value - learningRate * mHat / (Math.sqrt(vHat) + eps);
  });
  return { param: nextParam, m: nextM, v: nextV };
}

/** Elementwise GELU of an array. */
export function geluArray(x: NdArray, form: "erf" | "tanh"): NdArray {
  return map(x, (value) => gelu(value, form));
}

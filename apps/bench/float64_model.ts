/**
 * The model of the comparison systems once more, in float64 and with plain loops: it shares no code with the packages,
 * so that a mistake in them cannot hide.
 *
 * @module
 */
import type { StateEntry } from "@taxon/nn";
import { HEAD_DIM } from "./model.ts";

/** Rows of equal length, one behind the other. */
type Rows = Float64Array;

const EPS = 1e-6;

/** Logits of one sequence. `state` has the comparison systems' parameter names. */
export function float64Logits(state: ReadonlyMap<string, StateEntry>, ids: Int32Array): Float64Array {
  const weight = (name: string) => state.get(name)!.data;
  const linear = (x: Rows, name: string) =>
    affine(x, weight(`${name}.weight`), weight(`${name}.bias`), ids.length);
  const size = state.get("emb.weight")!.shape[1];
  let x = embed(weight("emb.weight"), ids, size);
  for (let layer = 0; state.has(`layers.${layer}.att.q.weight`); layer++) {
    const at = `layers.${layer}`;
    const h = normalise(x, size);
    const attended = attend(
      linear(h, `${at}.att.q`),
      linear(h, `${at}.att.k`),
      linear(h, `${at}.att.v`),
      ids.length,
    );
    x = sum(x, linear(attended, `${at}.att.o`));
    x = sum(x, linear(linear(normalise(x, size), `${at}.up`).map(geluTanh), `${at}.down`));
  }
  const pooled = new Float64Array(size).map((_, j) => {
    let total = 0;
    for (let i = j; i < x.length; i += size) total += x[i];
    return total / ids.length;
  });
  return affine(pooled, weight("head.weight"), weight("head.bias"), 1);
}

function embed(table: Float32Array, ids: Int32Array, size: number): Rows {
  const x = new Float64Array(ids.length * size);
  ids.forEach((id, position) => {
    for (let j = 0; j < size; j++) {
      const angle = position * Math.exp(-Math.log(10000) * (j - j % 2) / size);
      x[position * size + j] = table[id * size + j] + (j % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
    }
  });
  return x;
}

/** x · weightᵀ + bias, two rows and two columns at a time: the sums then wait less for one another. */
function affine(x: Rows, weight: Float32Array, bias: Float32Array, rows: number): Rows {
  const [inSize, outSize] = [x.length / rows, bias.length];
  const y = new Float64Array(rows * outSize);
  for (let row = 0; row < rows; row += 2) {
    const nextRow = Math.min(row + 1, rows - 1); // the last of an odd number is computed twice
    for (let column = 0; column < outSize; column += 2) {
      const nextColumn = Math.min(column + 1, outSize - 1);
      const [x0, x1, w0, w1] = [row * inSize, nextRow * inSize, column * inSize, nextColumn * inSize];
      let [s00, s01, s10, s11] = [bias[column], bias[nextColumn], bias[column], bias[nextColumn]];
      for (let k = 0; k < inSize; k++) {
        const [a, b, c, d] = [x[x0 + k], x[x1 + k], weight[w0 + k], weight[w1 + k]];
        s00 += a * c;
        s01 += a * d;
        s10 += b * c;
        s11 += b * d;
      }
      y[row * outSize + column] = s00;
      y[row * outSize + nextColumn] = s01;
      y[nextRow * outSize + column] = s10;
      y[nextRow * outSize + nextColumn] = s11;
    }
  }
  return y;
}

/** Layer norm of each row, biased variance, without scale and shift. */
function normalise(x: Rows, size: number): Rows {
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += size) {
    const row = x.subarray(start, start + size);
    const mean = row.reduce((a, b) => a + b, 0) / size;
    const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / size;
    y.set(row.map((value) => (value - mean) / Math.sqrt(variance + EPS)), start);
  }
  return y;
}

/** Softmax attention of each head; a head owns `HEAD_DIM` neighbouring columns. */
function attend(q: Rows, k: Rows, v: Rows, tokens: number): Rows {
  const size = q.length / tokens;
  const out = new Float64Array(q.length);
  for (let head = 0; head < size; head += HEAD_DIM) {
    for (let i = 0; i < tokens; i++) {
      const weights = new Float64Array(tokens).map((_, j) => {
        let score = 0;
        for (let d = head; d < head + HEAD_DIM; d++) score += q[i * size + d] * k[j * size + d];
        return Math.exp(score / Math.sqrt(HEAD_DIM));
      });
      const total = weights.reduce((a, b) => a + b, 0);
      for (let d = head; d < head + HEAD_DIM; d++) {
        let mixed = 0;
        for (let j = 0; j < tokens; j++) mixed += weights[j] * v[j * size + d];
        out[i * size + d] = mixed / total;
      }
    }
  }
  return out;
}

function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function sum(a: Rows, b: Rows): Rows {
  return a.map((value, i) => value + b[i]);
}

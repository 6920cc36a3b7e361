import { broadcastShapes, type MatmulOptions, numel, type Shape } from "@taxon/tensor";
import { at, build, type NdArray } from "./nd_array.ts";

/** Elementwise function of two arrays with NumPy broadcasting. */
export function zip(f: (a: number, b: number) => number, a: NdArray, b: NdArray, dtype = a.dtype): NdArray {
  return build(broadcastShapes(a.shape, b.shape), (index) => f(at(a, index), at(b, index)), dtype);
}

export function where(condition: NdArray, a: NdArray, b: NdArray): NdArray {
  const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape));
  return build(shape, (index) => at(condition, index) !== 0 ? at(a, index) : at(b, index), a.dtype);
}

/** Σ or max over `axes`, which stay as size 1. */
export function reduce(op: "sum" | "max", x: NdArray, axes: readonly number[]): NdArray {
  const kept = x.shape.map((size, axis) => axes.includes(axis) ? 1 : size);
  const window = x.shape.map((size, axis) => axes.includes(axis) ? size : 1);
  return build(kept, (start) => {
    let result = op === "sum" ? 0 : -Infinity;
    build(window, (offset) => {
      const value = at(x, start.map((from, axis) => from + offset[axis]));
      return result = op === "sum" ? result + value : Math.max(result, value);
    });
    return result;
  }, x.dtype);
}

/** c[…, i, j] = Σₚ a[…, i, p] · b[…, p, j]. */
export function matmul(a: NdArray, b: NdArray, { transposeA, transposeB }: MatmulOptions = {}): NdArray {
  const [m, k] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const n = transposeB ? b.shape[b.shape.length - 2] : b.shape[b.shape.length - 1];
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const startOf = (x: NdArray, index: readonly number[]) => { // flat position of a matrix's first element
    const outer = { shape: x.shape.slice(0, -2), dtype: x.dtype, data: x.data };
    const matrices = build(outer.shape, () => 0).data.map((_, i) => i);
    return at({ ...outer, data: matrices }, index) * numel(x.shape.slice(-2));
  };
  const data: number[] = [];
  build(batch, (index) => {
    const [p0, q0] = [startOf(a, index), startOf(b, index)];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          const left = a.data[p0 + (transposeA ? p * m + i : i * k + p)];
          const right = b.data[q0 + (transposeB ? j * k + p : p * n + j)];
          sum += left * right;
        }
        data.push(sum);
      }
    }
    return 0;
  });
  return { shape: [...batch, m, n], dtype: "f32", data: Float64Array.from(data) };
}

export function broadcastTo(x: NdArray, shape: Shape): NdArray {
  return build(shape, (index) => at(x, index), x.dtype);
}

export function transpose(x: NdArray, permutation: readonly number[]): NdArray {
  const shape = permutation.map((axis) => x.shape[axis]);
  return build(shape, (index) => at(x, x.shape.map((_, axis) => index[permutation.indexOf(axis)])), x.dtype);
}

export function slice(x: NdArray, start: readonly number[], shape: Shape): NdArray {
  return build(shape, (index) => at(x, index.map((i, axis) => i + start[axis])), x.dtype);
}

export function pad(x: NdArray, before: readonly number[], shape: Shape): NdArray {
  return build(shape, (index) => {
    const inner = index.map((i, axis) => i - before[axis]);
    return inner.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, inner) : 0;
  }, x.dtype);
}

export function concat(xs: readonly NdArray[], axis: number): NdArray {
  const total = xs.reduce((size, x) => size + x.shape[axis], 0);
  return build(xs[0].shape.map((size, i) => i === axis ? total : size), (index) => {
    let place = index[axis];
    const part = xs.find((x) => place < x.shape[axis] || (place -= x.shape[axis], false))!;
    return at(part, index.map((i, a) => a === axis ? place : i));
  }, xs[0].dtype);
}

/** Rows x[ids]. */
export function gather(x: NdArray, ids: NdArray): NdArray {
  return build([...ids.shape, ...x.shape.slice(1)], (index) => {
    const id = at(ids, index.slice(0, ids.shape.length));
    return at(x, [id, ...index.slice(ids.shape.length)]);
  });
}

/** Zeros of n rows plus each row of `updates` at its id. */
export function scatterAdd(ids: NdArray, updates: NdArray, n: number): NdArray {
  const row = updates.shape.slice(ids.shape.length);
  const width = numel(row);
  const data = new Float64Array(n * width);
  updates.data.forEach((value, i) => data[ids.data[Math.floor(i / width)] * width + i % width] += value);
  return { shape: [n, ...row], dtype: updates.dtype, data };
}

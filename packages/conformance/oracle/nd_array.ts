import { type DType, foldIn, keyFromSeed, normals, numel, type Shape, strides } from "@taxon/tensor";

/** Values of a tensor in float64; `dtype` says what a backend stores them as. */
export interface NdArray {
  /** Sizes of the axes, outermost first. */
  readonly shape: Shape;
  /** What a backend stores the elements as. */
  readonly dtype: DType;
  /** Elements in row-major order. */
  readonly data: Float64Array;
}

/** An array from given numbers. */
export function nd(shape: Shape, data: ArrayLike<number>, dtype: DType = "f32"): NdArray {
  return { shape, dtype, data: Float64Array.from(data) };
}

/** The array whose element at each index is `f(index)`. */
export function build(shape: Shape, f: (index: readonly number[]) => number, dtype: DType = "f32"): NdArray {
  const data = new Float64Array(numel(shape));
  const index = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = f(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return { shape, dtype, data };
}

/** Element at `index`; an index with too many leading axes, or on an axis of size 1, is read as NumPy broadcasts. */
export function at(x: NdArray, index: readonly number[]): number {
  let offset = 0;
  const missing = index.length - x.shape.length;
  for (let axis = 0; axis < x.shape.length; axis++) {
    offset = offset * x.shape[axis] + (x.shape[axis] === 1 ? 0 : index[axis + missing]);
  }
  return x.data[offset];
}

/** The array with `f` applied to each element. */
export function map(x: NdArray, f: (value: number) => number): NdArray {
  return { ...x, data: x.data.map(f) };
}

/** x² */
export const square = (value: number): number => value * value;

/** Row-major index of a flat position. */
export function unflatten(position: number, shape: Shape): number[] {
  return strides(shape).map((step, axis) => Math.floor(position / step) % shape[axis]);
}

/** Standard normal numbers, rounded to f32 so that backend and oracle see the same; the seed names them. */
export function sample(seed: string, shape: Shape, f: (value: number) => number = (value) => value): NdArray {
  const values = normals(foldIn(keyFromSeed(20), seed), numel(shape));
  return nd(shape, values.map(f));
}

/** Pseudo-random i32 in 0 … below−1. */
export function sampleIntegers(seed: string, shape: Shape, below: number): NdArray {
  const values = normals(foldIn(keyFromSeed(21), seed), numel(shape));
  return nd(shape, values.map((value) => Math.floor(Math.abs(value) * 1e4) % below), "i32");
}

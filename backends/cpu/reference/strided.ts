import { type Shape, strides } from "@taxon/tensor";

/** Any typed array that a kernel copies without interpreting it. */
export type Elements = { [index: number]: number; readonly length: number };

/** One side of a strided copy: element (i, j, …) lies at `start + i · strides[0] + j · strides[1] + …`. */
export interface StridedView {
  readonly data: Elements;
  readonly strides: readonly number[];
  readonly start: number;
}

/** Strides that read a contiguous `from` as if it had the shape `to`: 0 on each axis that is broadcast. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = strides(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => axis < missing || from[axis - missing] === 1 ? 0 : own[axis - missing]);
}

/** Flat offset of each index of `shape`, in row-major order. */
export function offsets(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  let result = Int32Array.of(start);
  shape.forEach((size, axis) => {
    const next = new Int32Array(result.length * size);
    for (let r = 0, n = 0; r < result.length; r++) {
      for (let i = 0; i < size; i++) next[n++] = result[r] + i * steps[axis];
    }
    result = next;
  });
  return result;
}

/** Copies a block of `shape` from one strided view to another. */
export function copyStrided(shape: Shape, from: StridedView, to: StridedView): void {
  const columns = shape.at(-1) ?? 1;
  const outer = shape.slice(0, -1);
  const fromRows = offsets(outer, from.strides, from.start);
  const toRows = offsets(outer, to.strides, to.start);
  const fromStep = from.strides.at(-1) ?? 1;
  const toStep = to.strides.at(-1) ?? 1;
  const source = from.data;
  const target = to.data;
  for (let r = 0; r < fromRows.length; r++) {
    for (let c = 0, i = fromRows[r], o = toRows[r]; c < columns; c++, i += fromStep, o += toStep) {
      target[o] = source[i];
    }
  }
}

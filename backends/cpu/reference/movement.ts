import { numel, type Shape, strides } from "@taxon/tensor";
import { broadcastStrides, copyStrided, type Elements } from "./strided.ts";

/** Writes `x` of shape `from` into `out` of shape `to`, repeated along the broadcast axes. */
export function broadcastInto(out: Elements, x: Elements, from: Shape, to: Shape): void {
  copyStrided(
    to,
    { data: x, strides: broadcastStrides(from, to), start: 0 },
    { data: out, strides: strides(to), start: 0 },
  );
}

/** `out[i, j, …] = x` with axis `permutation[n]` of `x` as axis n. */
export function transposeInto(out: Elements, x: Elements, from: Shape, permutation: readonly number[]): void {
  const own = strides(from);
  const to = permutation.map((axis) => from[axis]);
  copyStrided(
    to,
    { data: x, strides: permutation.map((axis) => own[axis]), start: 0 },
    { data: out, strides: strides(to), start: 0 },
  );
}

/** The window of shape `to` that begins at index `start` of `x`. */
export function sliceInto(
  out: Elements,
  x: Elements,
  from: Shape,
  start: readonly number[],
  to: Shape,
): void {
  copyStrided(
    to,
    { data: x, strides: strides(from), start: flatIndex(from, start) },
    { data: out, strides: strides(to), start: 0 },
  );
}

/** Writes `x` into `out` of shape `to` so that it begins at index `start`; the rest of `out` stays as it is. */
export function placeInto(
  out: Elements,
  x: Elements,
  from: Shape,
  start: readonly number[],
  to: Shape,
): void {
  if (numel(from) === 0) return;
  copyStrided(
    from,
    { data: x, strides: strides(from), start: 0 },
    { data: out, strides: strides(to), start: flatIndex(to, start) },
  );
}

function flatIndex(shape: Shape, index: readonly number[]): number {
  return strides(shape).reduce((sum, step, axis) => sum + step * index[axis], 0);
}

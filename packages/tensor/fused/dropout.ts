import type { Key } from "../backend.ts";
import { uniform } from "../creation.ts";
import { emit } from "../dispatch.ts";
import { less, mul, where } from "../elementwise.ts";
import { ShapeError } from "../errors.ts";
import { numel, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Probability, key of the stream, and one i32 id for each row (all axes but the last). */
export interface DropoutOptions {
  /** Share that is dropped, 0 ≤ p < 1. */
  p: number;
  /** Another key drops other elements. */
  key: Key;
  /** i32, [...leading] of x [...leading, features]. */
  rows: Tensor;
}

/**
 * Inverted dropout (Srivastava et al. 2014): zeroes elements with probability p and scales the rest by 1/(1−p).
 *
 * Which elements fall is a function of (key, row id, position on the last axis) alone: with ids made from the
 * example's place in the logical batch and the token's place in the example, packed, padded and accumulated runs draw
 * the same mask, and nothing needs to be stored for the gradient.
 *
 * @param x [..., features]
 */
export function dropout(x: Tensor, { p, key, rows }: DropoutOptions): Tensor {
  if (!(p >= 0 && p < 1)) throw new RangeError(`Cannot drop with probability ${p}: use 0 ≤ p < 1`);
  if (rows.dtype !== "i32" || numel(rows.shape) !== numel(x.shape.slice(0, -1)) || x.shape.length === 0) {
    throw new ShapeError(
      `Cannot drop out ${showShape(x.shape)} with ${rows.dtype} row ids ${
        showShape(rows.shape)
      }: give one i32 id a row`,
    );
  }
  if (p === 0) return x;
  if (x.backend.fused.dropout === undefined) {
    return where(less(uniform(key, rows, x.shape), p), 0, mul(x, 1 / (1 - p)));
  }
  return emit(
    "dropout",
    [x, rows],
    { p, key },
    { shape: x.shape, dtype: x.dtype },
    (backend, [a, rows], out) => {
      return backend.fused.dropout!(a, { p, key, rows }, out);
    },
  );
}

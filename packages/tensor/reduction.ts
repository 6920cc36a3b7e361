import type { ReduceOp } from "./backend.ts";
import { add, div, exp, log, mul, sub } from "./elementwise.ts";
import { emit } from "./dispatch.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { reshape } from "./movement.ts";
import { normalizeAxis, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Which axes to reduce (default all; negative ones count from the end) and whether they stay as size 1. */
export interface ReduceOptions {
  /** Default all; negative ones count from the end. */
  axes?: readonly number[];
  /** Whether reduced axes stay as size 1; default false. */
  keepAxes?: boolean;
}

/** Sum of the elements along axes; 0 for none. */
export function sum(x: Tensor, options?: ReduceOptions): Tensor {
  return reduce("sum", x, options);
}

/** Largest element along axes; −∞ for none, NaN if any is NaN. A gradient is shared evenly between equal maxima. */
export function max(x: Tensor, options?: ReduceOptions): Tensor {
  return reduce("max", x, options);
}

/** Arithmetic mean along axes; NaN for no elements. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = options.axes ?? x.shape.map((_, i) => i);
  const count = axes.reduce((n, axis) => n * x.shape[normalizeAxis(axis, x.shape.length, "average")], 1);
  return div(sum(x, options), count);
}

/** Biased variance along axes, in two passes: E[x²] − E[x]² loses all digits when the mean is large. */
export function variance(x: Tensor, options: ReduceOptions = {}): Tensor {
  const centred = sub(x, mean(x, { ...options, keepAxes: true }));
  return mean(mul(centred, centred), options);
}

/** log Σ eˣ over the last axis after subtracting its maximum; the axis stays as size 1. */
export function logSumExp(x: Tensor): Tensor {
  const top = max(x, { axes: [-1], keepAxes: true });
  return add(log(sum(exp(sub(x, top)), { axes: [-1], keepAxes: true })), top);
}

function reduce(op: ReduceOp, x: Tensor, { axes, keepAxes = false }: ReduceOptions = {}): Tensor {
  if (x.dtype !== "f32" && x.dtype !== "i32") {
    throw new DTypeError(`Cannot reduce a ${x.dtype} tensor by ${op}: cast(x, "f32") first`);
  }
  const rank = x.shape.length;
  const reduced = axes?.map((axis) => normalizeAxis(axis, rank, `reduce by ${op}`)).sort((a, b) => a - b) ??
    x.shape.map((_, i) => i);
  if (new Set(reduced).size !== reduced.length) {
    throw new ShapeError(
      `Cannot reduce ${showShape(x.shape)} by ${op} over axes ${showShape(axes!)}: one is named twice`,
    );
  }
  if (reduced.length === 0) return reshape(x, x.shape); // recorded, unlike an alias
  const kept = x.shape.map((size, i) => reduced.includes(i) ? 1 : size);
  const result = emit(
    "reduce",
    [x],
    { op, axes: reduced },
    { shape: kept, dtype: x.dtype },
    (backend, [a], out) => backend.reduce(op, a, reduced, out),
  );
  return keepAxes ? result : reshape(result, x.shape.filter((_, i) => !reduced.includes(i)));
}

import type { Shape } from "./backend.ts";
import { emit, report } from "./dispatch.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { broadcastShapes, checkShape, normalizeAxis, numel, sameShape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The same elements in another shape; free, the buffer is shared. One size may be −1 and is then worked out.
 *
 * @throws {ShapeError} If the number of elements differs.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((n, size) => size === -1 ? n : n * size, 1);
  const resolved = shape.map((size) => size === -1 && known > 0 ? numel(x.shape) / known : size);
  checkShape(resolved, `reshape ${showShape(x.shape)} to`);
  if (numel(resolved) !== numel(x.shape)) {
    throw new ShapeError(
      `Cannot reshape ${showShape(x.shape)} to ${showShape(shape)}: they hold ${numel(x.shape)} and ${
        numel(resolved)
      } elements`,
    );
  }
  const output = x.alias(resolved);
  report({ op: "reshape", inputs: [x], output, attributes: {} });
  return output;
}

/** A copy with axes permuted, by default the last two swapped. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const axes = permutation ?? swapLast(rank);
  if (axes.length !== rank || !x.shape.every((_, axis) => axes.includes(axis))) {
    throw new ShapeError(
      `Cannot transpose ${showShape(x.shape)} by ${showShape(axes)}: name each axis 0 … ${rank - 1} once`,
    );
  }
  const shape = axes.map((axis) => x.shape[axis]);
  return emit("transpose", [x], { permutation: axes }, { shape, dtype: x.dtype }, (backend, [a], out) => {
    return backend.transpose(a, axes, out);
  });
}

/** A copy repeated to `shape` by NumPy's broadcasting rules. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (!sameShape(broadcastShapes(x.shape, shape, "broadcast"), shape)) {
    throw new ShapeError(`Cannot broadcast ${showShape(x.shape)} to the smaller shape ${showShape(shape)}`);
  }
  if (sameShape(x.shape, shape)) return reshape(x, shape);
  return emit(
    "broadcastTo",
    [x],
    {},
    { shape, dtype: x.dtype },
    (backend, [a], out) => backend.broadcastTo(a, out),
  );
}

/** A copy of the window of `shape` that starts at `start`. */
export function slice(x: Tensor, start: readonly number[], shape: Shape): Tensor {
  const fits = start.length === x.shape.length && shape.length === x.shape.length &&
    start.every((from, i) =>
      Number.isInteger(from) && from >= 0 && shape[i] >= 0 && from + shape[i] <= x.shape[i]
    );
  if (!fits) {
    throw new RangeError(
      `Cannot slice ${showShape(shape)} at ${showShape(start)} from ${
        showShape(x.shape)
      }: the window must lie inside`,
    );
  }
  return emit(
    "slice",
    [x],
    { start },
    { shape, dtype: x.dtype },
    (backend, [a], out) => backend.slice(a, start, out),
  );
}

/** Rows `from` … `to` (exclusive) of axis 0. */
export function rows(x: Tensor, from: number, to: number): Tensor {
  return slice(x, x.shape.map((_, i) => i === 0 ? from : 0), [to - from, ...x.shape.slice(1)]);
}

/** Equal parts of `size` along an axis. */
export function split(x: Tensor, size: number, axis: number): Tensor[] {
  const at = normalizeAxis(axis, x.shape.length, "split");
  if (!(size > 0) || x.shape[at] % size !== 0) {
    throw new ShapeError(
      `Cannot split axis ${axis} of ${showShape(x.shape)} into parts of ${size}: it does not divide`,
    );
  }
  const shape = x.shape.map((n, i) => i === at ? size : n);
  return Array.from(
    { length: x.shape[at] / size },
    (_, part) => slice(x, x.shape.map((_, i) => i === at ? part * size : 0), shape),
  );
}

/** Zeros of `shape` with `x` placed at `before`. */
export function pad(x: Tensor, before: readonly number[], shape: Shape): Tensor {
  const fits = before.length === x.shape.length && shape.length === x.shape.length &&
    before.every((from, i) => Number.isInteger(from) && from >= 0 && from + x.shape[i] <= shape[i]);
  if (!fits) {
    throw new RangeError(
      `Cannot place ${showShape(x.shape)} at ${showShape(before)} in ${showShape(shape)}: it must lie inside`,
    );
  }
  return emit(
    "pad",
    [x],
    { before },
    { shape, dtype: x.dtype },
    (backend, [a], out) => backend.pad(a, before, out),
  );
}

/** Joins tensors along an axis; all other sizes agree. */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  if (xs.length === 0) throw new ShapeError("Cannot concatenate no tensors: give at least one");
  const [first] = xs;
  const at = normalizeAxis(axis, first.shape.length, "concatenate along");
  for (const x of xs) {
    if (
      x.shape.length !== first.shape.length || x.shape.some((size, i) => i !== at && size !== first.shape[i])
    ) {
      throw new ShapeError(
        `Cannot concatenate ${showShape(first.shape)} and ${
          showShape(x.shape)
        } along axis ${axis}: other sizes differ`,
      );
    }
    if (x.dtype !== first.dtype) {
      throw new DTypeError(`Cannot concatenate ${first.dtype} and ${x.dtype} tensors`);
    }
  }
  const total = xs.reduce((n, x) => n + x.shape[at], 0);
  const shape = first.shape.map((size, i) => i === at ? total : size);
  return emit("concat", xs, { axis: at }, { shape, dtype: first.dtype }, (backend, operands, out) => {
    return backend.concat(operands, at, out);
  });
}

function swapLast(rank: number): number[] {
  if (rank < 2) {
    throw new ShapeError(`Cannot swap the last two axes of a tensor with ${rank}: give a permutation`);
  }
  const axes = Array.from({ length: rank }, (_, i) => i);
  axes.push(axes.splice(rank - 2, 1)[0]);
  return axes;
}

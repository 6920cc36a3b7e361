import { type Shape, strides } from "@taxon/tensor";

/** Where each element lies of a walk through `shape` that begins at `start` and goes `steps[axis]` along an axis. */
export function offsets(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  let all = Int32Array.of(start);
  shape.forEach((size, axis) => {
    all = Int32Array.from(
      { length: all.length * size },
      (_, i) => all[Math.floor(i / size)] + i % size * steps[axis],
    );
  });
  return all;
}

/** Where each element of `to` lies in a tensor of shape `from` that is broadcast to it, by NumPy's rules. */
export function broadcastOffsets(from: Shape, to: Shape): Int32Array {
  const own = strides(from);
  const missing = to.length - from.length;
  return offsets(
    to,
    to.map((_, axis) => axis < missing || from[axis - missing] === 1 ? 0 : own[axis - missing]),
  );
}

/** Where each element of a window lies that begins at `corner` of a tensor of shape `whole`. */
export function windowOffsets(window: Shape, whole: Shape, corner: readonly number[]): Int32Array {
  const own = strides(whole);
  return offsets(window, own, corner.reduce((sum, at, axis) => sum + at * own[axis], 0));
}

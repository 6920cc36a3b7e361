import type { Shape } from "./backend.ts";
import { ShapeError } from "./errors.ts";

/** Number of elements. */
export function numel(shape: Shape): number {
  let n = 1;
  for (const size of shape) n *= size;
  return n;
}

/** `[8, 128, 768]` */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes agree in every size. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Elements between neighbours on each axis of a contiguous tensor. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; step *= shape[axis--]) result[axis] = step;
  return result;
}

/** The shape two operands broadcast to by NumPy's rules; throws ShapeError if they do not. */
export function broadcastShapes(a: Shape, b: Shape, action = "broadcast"): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const x = a[a.length - i] ?? 1;
    const y = b[b.length - i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `Cannot ${action} ${showShape(a)} and ${showShape(b)}: sizes ${x} and ${y} on axis −${i} differ; ` +
          `they must be equal or one of them 1`,
      );
    }
    result[rank - i] = x === 1 ? y : x;
  }
  return result;
}

/** Axis in 0 … rank−1 from one that may count from the end. */
export function normalizeAxis(axis: number, rank: number, action: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError(
      `Cannot ${action} axis ${axis} of a tensor with ${rank} axes: use ${-rank} … ${rank - 1}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Refuses sizes that are not non-negative integers. */
export function checkShape(shape: Shape, action: string): void {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new ShapeError(`Cannot ${action} shape ${showShape(shape)}: sizes are non-negative integers`);
  }
}

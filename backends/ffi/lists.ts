import type { Shape } from "@taxon/tensor";

/** Joins lists of one length, as the library reads them. */
export function join(...lists: (readonly number[])[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(lists.flat());
}

/**
 * The shapes of a result and its operands with one rank, as the library reads them; nothing where each operand has the
 * result's shape, or is `undefined`, a number.
 */
export function broadcastShapes(
  out: Shape,
  ...operands: readonly (Shape | undefined)[]
): Uint32Array<ArrayBuffer> | null {
  if (operands.every((shape) => shape === undefined || isSame(shape, out))) return null;
  return sameRank(out, ...operands.map((shape) => shape ?? []));
}

/** Shapes one behind the other, with axes of size 1 in front of those that have fewer than the first. */
export function sameRank(out: Shape, ...operands: readonly Shape[]): Uint32Array<ArrayBuffer> {
  const missing = (shape: Shape) => new Array<number>(out.length - shape.length).fill(1);
  return join(out, ...operands.map((shape) => [...missing(shape), ...shape]));
}

function isSame(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

import { type Shape, showShape } from "@taxon/tensor";

/** How two arrays differ. */
export interface Difference {
  /** Elements outside the allowed distance. */
  over: number;
  total: number;
  /** Largest distance; ∞ where one is NaN or infinite and the other is not the same. */
  gap: number;
  /** Where it is. */
  at: number;
}

/** Compares element by element; equal infinities and NaN beside NaN are no distance. */
export function compare(got: ArrayLike<number>, expected: ArrayLike<number>, allowed: number): Difference {
  const difference: Difference = { over: 0, total: expected.length, gap: 0, at: 0 };
  for (let i = 0; i < expected.length; i++) {
    const gap = distance(got[i], expected[i]);
    if (gap > allowed) difference.over++;
    if (gap > difference.gap) [difference.gap, difference.at] = [gap, i];
  }
  return difference;
}

/** The position of flat element `index` in a row-major tensor, as `[3, 17]`. */
export function showPosition(index: number, shape: Shape): string {
  const position: number[] = [];
  for (const size of shape.toReversed()) {
    position.unshift(index % size);
    index = Math.floor(index / size);
  }
  return showShape(position);
}

/** Largest finite absolute value; 0 for none. */
export function largest(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) top = Math.max(top, Math.abs(values[i]));
  }
  return top;
}

function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const gap = Math.abs(a - b);
  return Number.isNaN(gap) ? Infinity : gap;
}

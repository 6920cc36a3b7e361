import { type Key, threefry, uniformAt } from "@taxon/tensor";

/** `rows.length` rows of `columns` uniform numbers in [0, 1), as `Backend.random` defines them. */
export function uniformInto(out: Float32Array, key: Key, rows: Int32Array, columns: number): void {
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns; c += 2) {
      const [even, odd] = threefry(key, [c >>> 1, rows[r] >>> 0]);
      out[r * columns + c] = (even >>> 8) * 2 ** -24;
      if (c + 1 < columns) out[r * columns + c + 1] = (odd >>> 8) * 2 ** -24;
    }
  }
}

/**
 * What inverted dropout multiplies element (row id, column) by: 0 or 1 / (1 − p).
 * p is rounded to f32 first, so that devices without float64 draw the same mask.
 */
export function dropoutFactor(p: number, key: Key, row: number, column: number): number {
  return uniformAt(key, row, column) >= Math.fround(p) ? 1 / (1 - p) : 0;
}

/** y = x · factor, row by row. */
export function dropoutInto(
  y: Float32Array,
  x: Float32Array,
  { p, key, rows, columns }: { p: number; key: Key; rows: Int32Array; columns: number },
): void {
  for (let r = 0, i = 0; r < rows.length; r++) {
    for (let c = 0; c < columns; c++, i++) y[i] = x[i] * dropoutFactor(p, key, rows[r], c);
  }
}

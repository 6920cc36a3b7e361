import type { Elements } from "./strided.ts";

/** Row `ids[i]` of `x` becomes row i of `out`; a row holds `width` elements. */
export function gatherInto(out: Elements, x: Elements, ids: Int32Array, width: number): void {
  for (let i = 0; i < ids.length; i++) {
    for (let c = 0; c < width; c++) out[i * width + c] = x[ids[i] * width + c];
  }
}

/** Row `ids[i]` of `out` becomes the sum of all rows i of `updates` with that id, added in ascending order of i. */
export function scatterAddInto(out: Elements, updates: Elements, ids: Int32Array, width: number): void {
  const totals = new Float64Array(out.length);
  for (let i = 0; i < ids.length; i++) {
    for (let c = 0; c < width; c++) totals[ids[i] * width + c] += updates[i * width + c];
  }
  for (let i = 0; i < totals.length; i++) out[i] = totals[i];
}

import type { ReduceOp, Shape } from "@taxon/tensor";
import { broadcastStrides, type Elements, offsets } from "./strided.ts";

/** Reduces `x` of shape `from` to `to`, which has size 1 on each reduced axis: the reverse of broadcasting. */
export function reduceInto(op: ReduceOp, out: Elements, to: Shape, x: Elements, from: Shape): void {
  const totals = new Float64Array(out.length).fill(op === "sum" ? 0 : -Infinity);
  const steps = broadcastStrides(to, from);
  const step = steps.at(-1) ?? 0;
  const columns = from.at(-1) ?? 1;
  const rows = offsets(from.slice(0, -1), steps);
  for (let r = 0, n = 0; r < rows.length; r++) {
    for (let c = 0, o = rows[r]; c < columns; c++, o += step, n++) {
      totals[o] = op === "sum" ? totals[o] + x[n] : Math.max(totals[o], x[n]);
    }
  }
  for (let i = 0; i < totals.length; i++) out[i] = totals[i];
}

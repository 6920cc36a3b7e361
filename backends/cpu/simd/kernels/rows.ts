/**
 * Loops over one row of floats, four at a time. A row is treated the same wherever it stands: full vectors from its
 * first element, then its last 1–3 elements, so that its result has the same bits alone and in any batch.
 *
 * Loads may read up to 12 bytes beyond a row; the arena keeps memory behind its last buffer for that.
 *
 * @module
 */
import type { FunctionBuilder } from "../assembler/function.ts";
import { F32, F32x4, I32, I32x4 } from "../assembler/values.ts";

/** Writes a vector at `address`, or as much of it as belongs to the row. */
export type Store = (address: I32, value: F32x4 | I32x4) => void;

/** Calls `body` for each vector of a row of `size` elements, with the vector's offset in bytes. */
export function mapRow(f: FunctionBuilder, size: I32, body: (offset: I32, store: Store) => void): void {
  const full = f.let(size.and(~3).shl(2));
  f.for(0, full, 16, (offset) => body(offset, (address, value) => f.store(address, value)));
  const rest = f.let(size.and(3));
  f.if(rest, () => body(full, (address, value) => storeLanes(f, address, value, rest)));
}

/** Writes the first `count` (1–3) lanes. */
export function storeLanes(f: FunctionBuilder, address: I32, value: F32x4 | I32x4, count: I32): void {
  const vector = f.let<F32x4 | I32x4>(value);
  const start = f.let(address);
  for (const lane of [0, 1, 2]) {
    f.if(I32.of(lane).lt(count), () => f.storeLane(start, vector, lane, 4 * lane));
  }
}

/** A fold over the elements of a row. */
export interface RowFold {
  /** Leaves a total unchanged when combined with it; stands in for lanes beyond the row. */
  readonly identity: number;
  /** The four elements at `offset` bytes. */
  readonly element: (offset: I32) => F32x4;
  readonly combine: (total: F32x4, element: F32x4) => F32x4;
}

/** Folds a row of `size` elements into four lanes, in an order that depends on `size` alone. */
export function foldRow(f: FunctionBuilder, size: I32, { identity, element, combine }: RowFold): F32x4 {
  // Four totals, so that one addition need not wait for the one before.
  const totals = [0, 1, 2, 3].map(() => f.let(F32x4.of(identity)));
  const bytes = f.let(size.shl(2));
  const byFour = f.let(bytes.and(~63));
  f.for(0, byFour, 64, (offset) => {
    totals.forEach((total, i) => f.set(total, combine(total, element(offset.add(16 * i)))));
  });
  const full = f.let(bytes.and(~15));
  f.for(byFour, full, 16, (offset) => f.set(totals[0], combine(totals[0], element(offset))));
  f.if(size.and(3), () => {
    const inside = tailMask(size);
    f.set(totals[1], combine(totals[1], inside.select(element(full), identity)));
  });
  return f.let(combine(combine(totals[0], totals[1]), f.let(combine(totals[2], totals[3]))));
}

/** Ones in the lanes that the last size mod 4 elements fill. */
export function tailMask(size: I32): I32x4 {
  return I32x4.lanes([0, 1, 2, 3]).lt(I32x4.of(size.and(3)));
}

/** The sum of a row's elements. */
export function sumRow(f: FunctionBuilder, size: I32, element: (offset: I32) => F32x4): F32 {
  const lanes = foldRow(f, size, { identity: 0, element, combine: (total, x) => total.add(x) });
  return f.let(sumLanes(lanes));
}

/** The largest element, NaN if any is NaN, −∞ for an empty row. */
export function maxRow(f: FunctionBuilder, size: I32, element: (offset: I32) => F32x4): F32 {
  const lanes = foldRow(f, size, { identity: -Infinity, element, combine: (total, x) => total.max(x) });
  return f.let(lanes.lane(0).max(lanes.lane(1)).max(lanes.lane(2).max(lanes.lane(3))));
}

/** The sums of up to four variables' lanes, one in each lane; each in the order of `sumLanes`. */
export function sumEach(f: FunctionBuilder, [a, b = a, c = a, d = c]: readonly F32x4[]): F32x4 {
  const halves = (x: F32x4, y: F32x4) => f.let(x.shuffle(y, [0, 1, 4, 5]).add(x.shuffle(y, [2, 3, 6, 7])));
  const [ab, cd] = [halves(a, b), halves(c, d)];
  return ab.shuffle(cd, [0, 2, 4, 6]).add(ab.shuffle(cd, [1, 3, 5, 7]));
}

/** (lane 0 + lane 2) + (lane 1 + lane 3). `v` is a variable. */
export function sumLanes(v: F32x4): F32 {
  return v.lane(0).add(v.lane(2)).add(v.lane(1).add(v.lane(3)));
}

/** The address of row `row` of a matrix with `size` elements a row. */
export function rowAddress(f: FunctionBuilder, base: I32, row: I32, size: I32): I32 {
  return f.let<I32>(base.add(row.mul(size).shl(2)));
}

/** Columns of one unit where a kernel sums over rows: wide enough for whole cache lines, small enough to stay cached. */
export const COLUMNS = 32;

/** to += from, `size` elements. */
export function addRow(f: FunctionBuilder, to: I32, from: I32, size: I32): void {
  mapRow(f, size, (offset, store) => {
    const at = f.let(to.add(offset));
    store(at, at.loadF32x4().add(from.add(offset).loadF32x4()));
  });
}

/** Fills a row with zeros. */
export function zeroRow(f: FunctionBuilder, row: I32, size: I32): void {
  mapRow(f, size, (offset, store) => store(row.add(offset), F32x4.of(0)));
}

import type { FunctionBuilder } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { F32, F32x4, I32, I32x4 } from "../assembler/values.ts";
import { rowAddress, storeLanes } from "./rows.ts";

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];

/** Two words of a Threefry key. */
export interface KeyWords {
  readonly low: I32;
  readonly high: I32;
}

/** Threefry-2x32-20 of four counters at once; see `threefry` in @taxon/tensor. */
function threefry(f: FunctionBuilder, key: KeyWords, counter: readonly [I32x4, I32x4]): [I32x4, I32x4] {
  const third = f.let(key.low.xor(key.high).xor(0x1bd11bda));
  const words = [key.low, key.high, third].map((word) => f.let(I32x4.of(word)));
  const x0 = f.let(counter[0].add(words[0]));
  const x1 = f.let(counter[1].add(words[1]));
  for (let round = 0; round < 5; round++) {
    for (const r of ROTATIONS[round % 2]) {
      f.set(x0, x0.add(x1));
      f.set(x1, x1.shl(r).or(x1.shr(32 - r)).xor(x0));
    }
    f.set(x0, x0.add(words[(round + 1) % 3]));
    f.set(x1, x1.add(words[(round + 2) % 3]).add(round + 1));
  }
  return [x0, x1];
}

/**
 * Visits the columns of row id `row` of the stream of `Backend.random`, four at a time: `visit` gets their offset in
 * bytes, their uniform numbers in [0, 1) and how many of the four exist.
 */
export function forUniforms(
  f: FunctionBuilder,
  key: KeyWords,
  row: I32,
  columns: I32,
  visit: (offset: I32, uniforms: F32x4, count: I32) => void,
): void {
  f.for(0, columns, 8, (column) => {
    const pairs = f.let(I32x4.of(column.shr(1)).add(I32x4.lanes([0, 1, 2, 3])));
    const [even, odd] = threefry(f, key, [pairs, I32x4.of(row)]);
    const rest = f.let(columns.sub(column));
    const uniform = (bits: I32x4) => f.let(bits.shr(8).toF32x4().mul(2 ** -24));
    visit(f.let(column.shl(2)), uniform(even.shuffle(odd, [0, 4, 1, 5])), rest);
    f.if(I32.of(4).lt(rest), () => {
      visit(f.let(column.shl(2).add(16)), uniform(even.shuffle(odd, [2, 6, 3, 7])), f.let(rest.sub(4)));
    });
  });
}

/** Writes `value`, or its first `count` lanes if fewer than four exist. */
function storeUpTo(f: FunctionBuilder, address: I32, value: F32x4, count: I32): void {
  const vector = f.let(value);
  f.if(count.lt(4), () => storeLanes(f, address, vector, count), () => f.store(address, vector));
}

/** Uniform numbers in [0, 1). One unit is a row. */
export function defineRandom(module: ModuleBuilder) {
  const spec = { low: "i32", high: "i32", rows: "i32", y: "i32", columns: "i32" } as const;
  return module.kernel("random", spec, (f, { rows, columns, ...args }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const y = rowAddress(f, args.y, unit, columns);
      const row = f.let(rows.add(unit.shl(2)).loadI32());
      forUniforms(f, args, row, columns, (offset, uniforms, count) => {
        storeUpTo(f, y.add(offset), uniforms, count);
      });
    });
  });
}

/** What inverted dropout needs: drop probability and 1 / (1 − p). */
export interface DropoutRate {
  readonly p: F32;
  readonly scale: F32;
}

/** y = x · (uniform ≥ p ? scale : 0) for one row; x and y may be the same. */
export function dropoutRow(
  f: FunctionBuilder,
  key: KeyWords,
  { p, scale }: DropoutRate,
  { row, x, y, columns }: { row: I32; x: I32; y: I32; columns: I32 },
): void {
  const threshold = f.let(F32x4.of(p));
  const factor = f.let(F32x4.of(scale));
  forUniforms(f, key, row, columns, (offset, uniforms, count) => {
    const kept = threshold.le(uniforms).select(factor, 0);
    storeUpTo(f, y.add(offset), x.add(offset).loadF32x4().mul(kept), count);
  });
}

/** One unit is a row. */
export function defineDropout(module: ModuleBuilder) {
  const spec = {
    low: "i32",
    high: "i32",
    p: "f32",
    scale: "f32",
    rows: "i32",
    x: "i32",
    y: "i32",
    columns: "i32",
  } as const;
  return module.kernel("dropout", spec, (f, { rows, columns, ...args }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const x = rowAddress(f, args.x, unit, columns);
      const y = rowAddress(f, args.y, unit, columns);
      const row = f.let(rows.add(unit.shl(2)).loadI32());
      dropoutRow(f, args, args, { row, x, y, columns });
    });
  });
}

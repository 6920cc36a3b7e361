import type { Context } from "./context.ts";
import { upload } from "./test_support.ts";

/** An argument of a call, and what else to try in its place. */
export interface Argument {
  readonly value: Value;
  readonly wrong: readonly Value[];
}

/** What a native function takes. */
export type Value = number | BufferSource | null;

/** Makes arguments for calls that must be refused: buffers that never were, are freed, or are of another size. */
export function hostileArguments(context: Context) {
  const { native, id } = context;
  const floats = (count: number) => upload(context, new Float32Array(count).fill(0.5));
  const other = floats(15);
  const unwritten = native.taxon_alloc(id, 64);
  const freed = floats(16);
  native.taxon_free(id, freed);
  const madeUp = [freed, 0xffffffff, 0x300000, 77]; // slot 0 in its third generation, slot 77 in none

  const input = (value: number, ...wrong: number[]): Argument => ({
    value,
    wrong: [0, ...madeUp, unwritten, ...wrong],
  });
  const optional = (value: number): Argument => ({ value, wrong: [...madeUp, unwritten, other] });
  const output = (bytes: number): Argument => ({
    value: native.taxon_alloc(id, bytes),
    wrong: [0, ...madeUp, native.taxon_alloc(id, bytes + 4), native.taxon_alloc(id, 0)],
  });
  const size = (value: number, ...wrong: number[]): Argument => ({ value, wrong: [0, 0xffffffff, ...wrong] });
  const code = (value: number, codes: object): Argument => ({
    value,
    wrong: [Object.keys(codes).length, 0xffffffff],
  });
  const free = (value: Value): Argument => ({ value, wrong: [] });
  /** Pointer and length; the wrong ones keep the right length, or are shorter. */
  const list = (right: number[], ...wrong: number[][]): Argument[] => [
    { value: Uint32Array.from(right), wrong: [null, ...wrong.map((numbers) => Uint32Array.from(numbers))] },
    { value: right.length, wrong: right.length > 1 ? [right.length - 1] : [] },
  ];
  return { floats, other, unwritten, freed, madeUp, input, optional, output, size, code, free, list };
}

import type { StateEntry } from "@taxon/nn";
import { numel } from "@taxon/tensor";

/** Tensors made from an integer hash instead of being stored; `config.hash` of the recording spells it out. */
export function fillHashed(
  specs: Record<string, { shape: number[]; seed: number; scale: number }>,
): Record<string, StateEntry> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, seed, scale }]) => {
      const data = Float32Array.from({ length: numel(shape) }, (_, i) => {
        return (hash(i, seed) / 2 ** 32 * 2 - 1) * scale;
      });
      return [name, { shape, data }];
    }),
  );
}

/** The finaliser of MurmurHash3 on i + seed · golden ratio, modulo 2³². */
function hash(i: number, seed: number): number {
  let h = (i + Math.imul(seed, 0x9e3779b9)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

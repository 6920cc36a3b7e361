import type { Key } from "./backend.ts";

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];

/**
 * One block of Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * @param key Two 32-bit words.
 * @param counter Two 32-bit words.
 * @returns Two unsigned 32-bit words.
 */
export function threefry(key: Key, counter: Key): [number, number] {
  const ks = [key[0], key[1], 0x1bd11bda ^ key[0] ^ key[1]];
  let x0 = (counter[0] + ks[0]) | 0;
  let x1 = (counter[1] + ks[1]) | 0;
  for (let round = 0; round < 5; round++) {
    for (const r of ROTATIONS[round % 2]) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    }
    x0 = (x0 + ks[(round + 1) % 3]) | 0;
    x1 = (x1 + ks[(round + 2) % 3] + round + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** The key of a seed: its low and high 32 bits. */
export function keyFromSeed(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`Cannot make a key from seed ${seed}: use an integer from 0 to 2^53 − 1`);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/** An independent key for `data`: streams are named by what they are for, not by the order of calls. */
export function foldIn(key: Key, data: number | string): Key {
  return threefry(key, [0, typeof data === "number" ? data >>> 0 : hashString(data)]);
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Element `column` of row id `row` of the uniform stream that `Backend.random` defines, in [0, 1). */
export function uniformAt(key: Key, row: number, column: number): number {
  return (threefry(key, [column >>> 1, row >>> 0])[column & 1] >>> 8) * 2 ** -24;
}

/** `length` standard normal numbers (Box–Muller in float64), computed on the host: log and cos differ between devices. */
export function normals(key: Key, length: number): Float32Array {
  const out = new Float32Array(length);
  for (let i = 0; i < length; i += 2) {
    const [a, b] = threefry(key, [i >>> 1, 0]);
    const radius = Math.sqrt(-2 * Math.log((a + 1) * 2 ** -32)); // (0, 1], so that log is finite
    const angle = 2 * Math.PI * b * 2 ** -32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < length) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** Fisher–Yates permutation of 0 … length−1. */
export function permutation(key: Key, length: number): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const [hi, lo] = threefry(key, [i, 0]);
    const j = Math.floor(((hi * 2 ** 21 + (lo >>> 11)) * 2 ** -53) * (i + 1)); // 53 random bits
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { foldIn, keyFromSeed, normals, permutation, threefry, uniformAt } from "./random.ts";

Deno.test("threefry() gives the known answers of Random123", () => {
  // kat_vectors of Random123 1.14, "threefry2x32 20": counter, key, result
  const vectors: [counter: [number, number], key: [number, number], result: [number, number]][] = [
    [[0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    [[0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], [0xc4923a9c, 0x483df7a0]],
  ];
  for (const [counter, key, result] of vectors) assertEquals(threefry(key, counter), result);
});

Deno.test("keyFromSeed() keeps all 53 bits of a seed and refuses what is no seed", () => {
  assertEquals(keyFromSeed(5), [5, 0]);
  assertEquals(keyFromSeed(2 ** 53 - 1), [0xffffffff, 0x1fffff]);
  for (const seed of [-1, 1.5, 2 ** 53, NaN, Infinity]) {
    assertThrows(() => keyFromSeed(seed), RangeError, `Cannot make a key from seed ${seed}`);
  }
});

Deno.test("foldIn() hashes names by FNV-1a", () => {
  // test vectors of Fowler, Noll and Vo for 32 bits
  const key = keyFromSeed(1);
  assertEquals(foldIn(key, ""), foldIn(key, 0x811c9dc5));
  assertEquals(foldIn(key, "a"), foldIn(key, 0xe40c292c));
  assertEquals(foldIn(key, "foobar"), foldIn(key, 0xbf9cf968));
});

Deno.test("foldIn() gives another stream for another name, number or key", () => {
  const key = keyFromSeed(1);
  const keys = [key, foldIn(key, 0), foldIn(key, 1), foldIn(key, "dropout"), foldIn(keyFromSeed(2), 0)];
  assertEquals(new Set(keys.map(String)).size, keys.length);
});

Deno.test("uniformAt() is the upper 24 bits of one Threefry word", () => {
  const key = keyFromSeed(7);
  for (const [row, column, word] of [[0, 0, 0], [3, 0, 0], [3, 1, 1], [3, 5, 1], [2 ** 32 - 1, 2 ** 31, 0]]) {
    const bits = threefry(key, [Math.floor(column / 2), row])[word];
    assertEquals(uniformAt(key, row, column), Math.floor(bits / 256) / 2 ** 24);
  }
});

Deno.test("uniformAt() is uniform in [0, 1)", () => {
  const key = keyFromSeed(11);
  const n = 65536;
  const bins = new Array<number>(16).fill(0);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const u = uniformAt(key, i >> 8, i & 255);
    assert(u >= 0 && u < 1);
    sum += u;
    bins[Math.floor(u * 16)]++;
  }
  assertAlmostEquals(sum / n, 0.5, 4 * Math.sqrt(1 / 12 / n)); // four standard errors
  assert(chiSquare(bins, n / 16) < 37.7, `chi-square ${chiSquare(bins, n / 16)}`); // 15 degrees, p = 0.001
});

Deno.test("normals() has the moments and tails of the standard normal distribution", () => {
  const n = 100_000;
  const x = normals(keyFromSeed(3), n);
  const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / n;
  // four standard errors: the k-th power has variance E[x^2k] − E[x^k]²
  assertAlmostEquals(moment(1), 0, 4 * Math.sqrt(1 / n));
  assertAlmostEquals(moment(2), 1, 4 * Math.sqrt(2 / n));
  assertAlmostEquals(moment(3), 0, 4 * Math.sqrt(15 / n));
  assertAlmostEquals(moment(4), 3, 4 * Math.sqrt(96 / n));
  const outside = x.filter((value) => Math.abs(value) > 1.959964).length / n;
  assertAlmostEquals(outside, 0.05, 4 * Math.sqrt(0.05 * 0.95 / n));
});

Deno.test("normals() gives neighbours that do not depend on each other or on the length asked for", () => {
  const n = 100_000;
  const x = normals(keyFromSeed(4), n);
  let product = 0;
  for (let i = 0; i + 1 < n; i += 2) product += x[i] * x[i + 1]; // cosine and sine of one pair
  assertAlmostEquals(product / (n / 2), 0, 4 * Math.sqrt(2 / n));
  assertEquals(normals(keyFromSeed(4), 7), x.subarray(0, 7));
  assertEquals(normals(keyFromSeed(4), 0).length, 0);
});

Deno.test("permutation() holds every index once", () => {
  for (const length of [0, 1, 2, 1000]) {
    const sorted = permutation(keyFromSeed(length), length).toSorted();
    assertEquals(sorted, Int32Array.from({ length }, (_, i) => i));
  }
  assertNotEquals(permutation(keyFromSeed(1), 1000), permutation(keyFromSeed(2), 1000));
});

Deno.test("permutation() gives each order of three equally often", () => {
  const n = 6000;
  const counts = new Map<string, number>();
  for (let seed = 0; seed < n; seed++) {
    const order = String(permutation(keyFromSeed(seed), 3));
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  assert(chiSquare([...counts.values()], n / 6) < 20.5); // 5 degrees of freedom, p = 0.001
});

function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

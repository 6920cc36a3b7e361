import { assertAlmostEquals, assertEquals } from "@std/assert";
import { headMap, maxOfHeads, meanOfHeads, rollout } from "./combine_heads.ts";

const layer = (heads: number[][]) => ({
  heads: heads.length,
  tokens: 2,
  weights: Float32Array.from(heads.flat()),
});
const first = layer([[1, 0, 0.5, 0.5], [0, 1, 0.25, 0.75]]);
const close = (got: Float32Array, expected: number[]) => {
  assertEquals(got.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-6));
};

Deno.test("headMap() takes the square of one head", () => close(headMap(first, 1), [0, 1, 0.25, 0.75]));

Deno.test("meanOfHeads() and maxOfHeads() use the chosen heads only", () => {
  close(meanOfHeads(first, [0, 1]), [0.5, 0.5, 0.375, 0.625]);
  close(meanOfHeads(first, [1]), [0, 1, 0.25, 0.75]);
  close(maxOfHeads(first, [0, 1]), [1, 1, 0.5, 0.75]);
});

Deno.test("rollout() of one layer is the mean of its heads, half mixed with the identity", () => {
  close(rollout(first), [0.75, 0.25, 0.1875, 0.8125]);
});

Deno.test("rollout() multiplies later layers from the left, worked by hand", () => {
  // mean of the second layer [[0, 1], [1, 0]] with the identity: [[.5, .5], [.5, .5]]
  const second = layer([[0, 1, 1, 0]]);
  const mixed = (0.75 + 0.1875) / 2;
  close(rollout(second, rollout(first)), [mixed, 1 - mixed, mixed, 1 - mixed]);
});

Deno.test("rollout() keeps every row a distribution", () => {
  const map = rollout(first, rollout(first, rollout(first)));
  assertAlmostEquals(map[0] + map[1], 1, 1e-6);
  assertAlmostEquals(map[2] + map[3], 1, 1e-6);
});

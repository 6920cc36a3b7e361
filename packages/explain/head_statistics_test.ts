import { assertAlmostEquals, assertEquals } from "@std/assert";
import { headStatistics } from "./head_statistics.ts";

Deno.test("headStatistics() of a head that looks back, one that looks ahead, and one that spreads evenly", () => {
  const third = 1 / 3;
  const weights = Float32Array.of(
    ...[1, 0, 0, 1, 0, 0, 0, 1, 0], // the first query has no token before it: looks at itself
    ...[0, 1, 0, 0, 0, 1, 0, 0, 1],
    ...new Array(9).fill(third),
  );
  const { entropy, special, previous, next, self } = headStatistics(weights, [1, 0, 0]);
  [0, 0, Math.log(3)].forEach((expected, head) => assertAlmostEquals(entropy[head], expected, 1e-6));
  [2 / 3, 0, third].forEach((expected, head) => assertAlmostEquals(special[head], expected, 1e-6));
  [1, 0, third].forEach((expected, head) => assertAlmostEquals(previous[head], expected, 1e-6));
  [0, 1, third].forEach((expected, head) => assertAlmostEquals(next[head], expected, 1e-6));
  [third, third, third].forEach((expected, head) => assertAlmostEquals(self[head], expected, 1e-6));
});

Deno.test("headStatistics() of a single token that is special", () => {
  assertEquals(headStatistics(Float32Array.of(1), [true]), {
    entropy: [0],
    special: [1],
    previous: [0],
    next: [0],
    self: [1],
  });
});

Deno.test("headStatistics() mixes the rows of a matrix by hand", () => {
  const weights = Float32Array.of(0.5, 0.25, 0.25, 0.1, 0.2, 0.7, 0.3, 0.3, 0.4);
  const { entropy, special, previous, next, self } = headStatistics(weights, [false, false, true]);
  const h = (...row: number[]) => -row.reduce((sum, p) => sum + p * Math.log(p), 0);
  assertAlmostEquals(entropy[0], (h(0.5, 0.25, 0.25) + h(0.1, 0.2, 0.7) + h(0.3, 0.3, 0.4)) / 3, 1e-6);
  assertAlmostEquals(special[0], (0.25 + 0.7 + 0.4) / 3, 1e-6);
  assertAlmostEquals(previous[0], (0.1 + 0.3) / 2, 1e-6);
  assertAlmostEquals(next[0], (0.25 + 0.7) / 2, 1e-6);
  assertAlmostEquals(self[0], (0.5 + 0.2 + 0.4) / 3, 1e-6);
});

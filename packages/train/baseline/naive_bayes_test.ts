import { assertAlmostEquals, assertEquals } from "@std/assert";
import { naiveBayesVariances } from "./naive_bayes.ts";

/** Rows with one feature each. */
const rowsOf = (features: number[]) => ({
  rows: features.length,
  columns: Math.max(...features) + 1,
  offsets: Int32Array.from({ length: features.length + 1 }, (_, i) => i),
  features: Int32Array.from(features),
  values: new Float32Array(features.length).fill(1),
});

Deno.test("naiveBayesVariances() hold the log ratios of naive Bayes, and are 1 in the mean of what occurs", () => {
  const x = rowsOf([0, 0, 0, 1, 1, 1, 2, 2]);
  const y = Float32Array.of(1, 1, 1, 0, 0, 0, 1, 0); // 0 only inside, 1 only outside, 2 on both sides
  const variances = naiveBayesVariances(x, y, { outputs: 1 });
  const ratio = Math.log((3.3 / 4.6) / (0.3 / 4.6)); // of 4 texts inside 3 hold feature 0, of 4 outside none
  const mean = (3 * ratio + 3 * ratio + 2 * 0) / 8;
  [ratio, ratio, 0].forEach((expected, i) =>
    assertAlmostEquals(variances[i], (1 + expected / mean) / 2, 1e-6)
  );
});

Deno.test("naiveBayesVariances() looks at each of several labels by itself", () => {
  const x = rowsOf([0, 0, 1, 1]);
  const y = Float32Array.of(1, 1, 1, 0, 0, 1, 0, 0); // the first label goes with feature 0, the second with neither
  const [own, , , other] = naiveBayesVariances(x, y, { outputs: 2 });
  assertAlmostEquals(own, 1.5, 1e-6); // half of 1, and half of twice the mean
  assertEquals(other, 0.5);
});

Deno.test("naiveBayesVariances() are half of 1 where no n-gram tells classes apart, or there is one class", () => {
  const x = rowsOf([0, 0, 1, 1]);
  for (const y of [Float32Array.of(1, 0, 1, 0), Float32Array.of(1, 1, 1, 1)]) {
    const variances = naiveBayesVariances(x, y, { outputs: 1 });
    assertEquals(variances, Float32Array.of(0.5, 0.5));
  }
});

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { multiLabelMetrics } from "./multi_label.ts";
import { type CountedMetrics, pairedBootstrap } from "./paired_bootstrap.ts";
import { regressionMetrics } from "./regression.ts";
import { countedLabelMetrics, countedNumberMetrics } from "./resampled.ts";

/** Accuracy of a model that has the given rows right. */
function accuracy(right: readonly boolean[]): CountedMetrics {
  return (counts) => [right.reduce((sum, yes, i) => sum + (yes ? counts[i] : 0), 0) / right.length];
}

const firstOf = (rows: number, n: number) => Array.from({ length: n }, (_, i) => i < rows);

Deno.test("pairedBootstrap() finds the quantiles of the binomial distribution that a gain in accuracy follows", () => {
  // 20 of 200 rows only the second has right: their number in a resample is binomial with n = 200, p = 0.1, whose
  // distribution function is 0.0168 at 11, 0.0320 at 12, 0.9729 at 28 and 0.9837 at 29 (SciPy 1.17.1); the error of
  // a quantile's level in 10,000 resamples is √(0.025 · 0.975 / 10,000) = 0.0016, so 3 of them fit between
  const [interval] = pairedBootstrap(200, accuracy(firstOf(100, 200)), accuracy(firstOf(120, 200)));
  assertAlmostEquals(interval.difference, 0.1, 1e-12);
  assertAlmostEquals(interval.low, 12 / 200, 1e-12);
  assert([28 / 200, 29 / 200].some((value) => Math.abs(interval.high - value) < 1e-12), `${interval.high}`);
});

Deno.test("pairedBootstrap() uses the same rows for both models, so equal ones differ by nothing", () => {
  const same = accuracy(firstOf(7, 13));
  assertEquals(pairedBootstrap(13, same, same, { resamples: 50 }), [{ difference: 0, low: 0, high: 0 }]);
});

Deno.test("pairedBootstrap() repeats with its seed and draws others with another", () => {
  const run = (seed: number) =>
    pairedBootstrap(101, (counts) => [counts[0] + 2 * counts[50]], (counts) => [7 * counts[100]], {
      resamples: 20,
      confidence: 0.5,
      seed,
    });
  assertEquals(run(1), run(1));
  assert(
    [2, 3, 4].some((seed) => run(seed)[0].low !== run(1)[0].low || run(seed)[0].high !== run(1)[0].high),
  );
});

Deno.test("pairedBootstrap() leaves out resamples without a value, and has no interval without any", () => {
  const zero: CountedMetrics = () => [0, 0];
  const [some, none] = pairedBootstrap(9, zero, (counts) => [counts[0] ? 3 : NaN, NaN], { resamples: 40 });
  assertEquals(some, { difference: 3, low: 3, high: 3 });
  assertEquals(none, { difference: NaN, low: NaN, high: NaN });
});

Deno.test("pairedBootstrap() refuses to resample nothing", () => {
  assertThrows(() => pairedBootstrap(0, () => [], () => []), RangeError, "Cannot resample 0 rows");
});

const counts = [2, 0, 1, 3, 0, 1];
const repeated = <T>(rows: readonly T[]): T[] => rows.flatMap((row, i) => Array(counts[i]).fill(row));

Deno.test("countedLabelMetrics() counts a row as often as the metrics of scikit-learn would see it", () => {
  const truth = [[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1], [0, 1, 0]];
  const decided = [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]];
  const expected = multiLabelMetrics(repeated(truth).flat(), repeated(decided).flat(), 3);
  const [accuracy, macro, micro] = countedLabelMetrics(truth.flat(), decided.flat(), 3)(counts);
  assertEquals([accuracy, macro, micro], [
    expected.subsetAccuracy,
    expected.macro.f1,
    expected.micro.f1,
  ]);
});

Deno.test("countedNumberMetrics() counts a row as often as the correlations of SciPy would see it", () => {
  const truth = [1, 9, 2, 2, -4, 7];
  const predicted = [0.5, 1, 0.5, 3, 2, 8];
  const expected = regressionMetrics(repeated(truth), repeated(predicted));
  const [pearson, spearman, rmse, mae] = countedNumberMetrics(truth, predicted)(counts);
  assertAlmostEquals(pearson, expected.pearson, 1e-14);
  assertAlmostEquals(spearman, expected.spearman, 1e-14);
  assertAlmostEquals(rmse, Math.sqrt(expected.meanSquaredError), 1e-14);
  assertAlmostEquals(mae, expected.meanAbsoluteError, 1e-14);
  const constant = countedNumberMetrics(truth, predicted)([0, 0, 1, 1, 0, 0]); // the same truth twice
  assertEquals(constant, [NaN, NaN, Math.sqrt((1.5 ** 2 + 1) / 2), 1.25]);
});

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { applyThresholds } from "@taxon/decision";
import {
  argmaxRows,
  averagePrecision,
  brierScore,
  calibrationErrorByChance,
  classificationMetrics,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  multiLabelMetrics,
  regressionMetrics,
  reliabilityBins,
  rocAuc,
  topLabelBins,
  tuneThresholds,
} from "./mod.ts";

Deno.test("brierScore() and logLoss() equal scikit-learn 1.9.1 for three classes", () => {
  const probabilities = [0.2, 0.5, 0.3, 0.6, 0.3, 0.1, 0.1, 0.1, 0.8, 0.4, 0.35, 0.25];
  assertAlmostEquals(brierScore(probabilities, [1, 0, 0, 2], 3), 0.73625, 1e-12);
  assertAlmostEquals(logLoss(probabilities, [1, 0, 0, 2], 3), 1.223213064609968, 1e-12);
});

Deno.test("logLoss() stays finite for a true class of probability 0", () => {
  assertAlmostEquals(logLoss([1, 0], [1], 2), 52 * Math.log(2), 1e-12);
});

Deno.test("topLabelBins() puts a confidence on a bin's edge into the lower bin", () => {
  const bins = topLabelBins([0.5, 0.5, 0.2, 0.8, 1, 0], [0, 0, 0], 2, 10);
  assertEquals(bins.map(({ count }) => count), [0, 0, 0, 0, 1, 0, 0, 1, 0, 1]);
  assertEquals(bins.map(({ accuracy }) => accuracy), [0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  assertAlmostEquals(expectedCalibrationError(bins), (0.5 + 0.8 + 0) / 3, 1e-12);
});

Deno.test("topLabelBins() uses 15 bins unless told otherwise", () => {
  assertEquals(topLabelBins([1, 0], [0], 2).length, 15);
});

Deno.test("calibrationErrorByChance() is about the error that draws from the confidences themselves have", () => {
  const random = uniform(11);
  const confidences = Array.from({ length: 60 }, (_, i) => 0.4 + 0.01 * i);
  const errors = Array.from({ length: 2000 }, () => {
    return expectedCalibrationError(
      reliabilityBins(confidences, confidences.map((p) => random() < p ? 1 : 0)),
    );
  });
  const mean = errors.reduce((a, b) => a + b) / errors.length;
  const estimate = calibrationErrorByChance(reliabilityBins(confidences, confidences));
  assertAlmostEquals(estimate, mean, 0.01); // 6 predictions a bin: the normal distribution is near enough
  const more = Array.from({ length: 6000 }, (_, i) => confidences[i % 60]);
  assertAlmostEquals(calibrationErrorByChance(reliabilityBins(more, more)), estimate / 10, 1e-12);
});

Deno.test("argmaxRows() takes the first of equal scores", () => {
  assertEquals(argmaxRows(Float32Array.of(1, 1, 0, 0, 2, 2), 3), Int32Array.of(0, 1));
});

Deno.test("confusionMatrix() refuses rows that do not match and ids out of range", () => {
  assertThrows(() => confusionMatrix([0, 1], [0], 2), RangeError, "Cannot compare 1 predictions with 2 rows");
  assertThrows(
    () => confusionMatrix([0, 2], [0, 1], 2),
    RangeError,
    "Cannot count class 2 in row 1: ids go from 0 to 1",
  );
  assertThrows(() => classificationMetrics([0], [NaN], 2), RangeError, "class NaN");
  assertThrows(() => multiLabelMetrics([0, 1, 1], [0, 1, 1], 2), RangeError, "rows of 2 labels");
});

Deno.test("classificationMetrics() gives zeros, not NaN, for no rows", () => {
  const { accuracy, mcc, macro } = classificationMetrics([], [], 2);
  assertEquals([accuracy, mcc, macro.f1], [0, 0, 0]);
});

Deno.test("rocAuc() is NaN and averagePrecision() 0 without a positive row", () => {
  assertEquals(rocAuc([0, 0], [0.1, 0.2]), NaN);
  assertEquals(averagePrecision([0, 0], [0.1, 0.2]), 0);
});

Deno.test("regressionMetrics() equals SciPy 1.17 and scikit-learn 1.9 on values with ties", () => {
  const got = regressionMetrics([1, 2, 2, 3, 5, 5, 5, 8], [2.5, 1, 3, 3, 4, 7, 6, 6]);
  assertAlmostEquals(got.pearson, 0.7957280820427398, 1e-12);
  assertAlmostEquals(got.spearman, 0.8510794409931051, 1e-12);
  assertEquals([got.meanSquaredError, got.meanAbsoluteError], [1.78125, 1.1875]);
  assertAlmostEquals(got.r2, 0.6135593220338983, 1e-12);
});

Deno.test("regressionMetrics() has no correlation to a constant, and scikit-learn's R² for one", () => {
  assertEquals(regressionMetrics([1, 1], [1, 2]).pearson, NaN);
  assertEquals(regressionMetrics([1, 2, 3], [0.1, 0.1, 0.1]).pearson, NaN); // though 0.1 + 0.1 + 0.1 is not 3 · 0.1
  assertEquals([regressionMetrics([1, 1], [1, 2]).r2, regressionMetrics([1, 1], [1, 1]).r2], [0, 1]);
});

Deno.test("tuneThresholds() finds the best F1 under smoothed truth, as a search over all cuts does", () => {
  const random = uniform(3);
  for (let trial = 0; trial < 50; trial++) {
    const probabilities = Array.from({ length: 30 }, () => Math.round(random() * 20) / 20); // with ties
    const truth = probabilities.map((p) => random() < p ? 1 : 0);
    const positives = truth.filter(Boolean).length;
    const expected = truth.map((t, i) => (10 * probabilities[i] + positives * t) / (10 + positives));
    const f1 = (threshold: number) => {
      const taken = expected.filter((_, i) => probabilities[i] >= threshold);
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
      return 2 * sum(taken) / (taken.length + sum(expected));
    };
    const best = Math.max(...Array.from({ length: 41 }, (_, i) => f1(i / 40)));
    const [tuned] = tuneThresholds(probabilities, truth, 1);
    assertAlmostEquals(f1(tuned), best, 1e-12, `trial ${trial}, threshold ${tuned}`);
  }
});

Deno.test("tuneThresholds() with many positive rows finds the best F1 of the truth", () => {
  const random = uniform(5);
  const probabilities = Array.from({ length: 20_000 }, random);
  const truth = probabilities.map((p) => random() < p * p ? 1 : 0);
  const f1 = (threshold: number) =>
    multiLabelMetrics(truth, applyThresholds(probabilities, [threshold]), 1).perLabel[0].f1;
  const best = Math.max(...Array.from({ length: 101 }, (_, i) => f1(i / 100)));
  assertAlmostEquals(f1(tuneThresholds(probabilities, truth, 1)[0]), best, 0.002);
});

Deno.test("tuneThresholds() does not go by one lucky row, and leaves a label without positives at 0.5", () => {
  // The only positive row of the first label has the least probability: taken by itself it asks for a cut below 0.02
  const probabilities = [0.9, 0.1, 0.8, 0.8, 0.7, 0.6, 0.3, 0.4, 0.02, 0.2];
  const [lucky, none] = tuneThresholds(probabilities, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0], 2);
  assert(lucky > 0.3, `${lucky}`);
  assertEquals(none, 0.5);
});

Deno.test("a threshold is the least probability that counts as a yes", () => {
  assertEquals(applyThresholds([0.4, 0.4, 0.6, 0.3], [0.4, 0.5]), Uint8Array.of(1, 0, 1, 0));
  assert(applyThresholds([], [0.5]).length === 0);
});

/** Lehmer's generator: enough to vary test inputs. */
function uniform(state: number): () => number {
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

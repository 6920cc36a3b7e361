import { assert, assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import type { NgramCounts } from "@taxon/decision";
import { countNgrams } from "@taxon/text";
import { argmaxRows, regressionMetrics } from "../metrics/mod.ts";
import {
  type BaselineOptions,
  type LinearBaselineOptions,
  majorityBaseline,
  trainLinearBaseline,
} from "./mod.ts";

const topics = [["invoice", "refund", "charged"], ["crash", "error", "freeze"], [
  "export",
  "feature",
  "theme",
]];
const fillers = ["please", "the", "again", "today", "hello", "my", "thanks", "still"];

/** Made-up messages: one or two topic words among fillers; row i is about topic i mod 3 (and of any other it names). */
const texts = Array.from({ length: 120 }, (_, i) => {
  const second = i % 4 === 0 ? topics[(i + 1) % 3][i % 2] : fillers[(3 * i) % 8];
  return [fillers[i % 8], topics[i % 3][(i >> 2) % 3], second, fillers[(5 * i + 1) % 8]].join(" ");
});
const names = (text: string, topic: number) =>
  topics[topic].some((word) => text.split(" ").includes(word)) ? 1 : 0;
const single: BaselineOptions = { problemType: "single_label_classification", classes: 3, seed: 1 };

Deno.test("trainLinearBaseline() learns topics from words and gives probabilities", () => {
  const clear = texts.filter((_, i) => i % 4 !== 0);
  const targets = clear.map((text) => topics.findIndex((_, k) => names(text, k)));
  const baseline = trainLinearBaseline(clear, targets, single);
  const probabilities = baseline.predict(["refund now", "it freezes", "a dark theme", "", "❄"]); // "freezes" is unseen, its letters are not
  assertEquals([...argmaxRows(probabilities, 3)].slice(0, 3), [0, 1, 2]);
  for (let row = 0; row < 5; row++) {
    assertAlmostEquals(probabilities.subarray(3 * row, 3 * row + 3).reduce((sum, p) => sum + p), 1, 1e-6);
  }
});

Deno.test("trainLinearBaseline() gives the same bits again, of texts or of their n-grams", () => {
  const targets = texts.map((_, i) => i % 3);
  const predict = (rows: readonly (string | NgramCounts)[]) =>
    trainLinearBaseline(rows, targets, single).predict(rows);
  assertEquals(predict(texts), predict(texts));
  assertEquals(predict(texts), predict(texts.map((text) => countNgrams(text))));
});

Deno.test("trainLinearBaseline() answers rows out of fold as a model does that was trained without them", () => {
  const targets = texts.map((_, i) => i % 3);
  const folds = [Int32Array.from(texts, (_, i) => i < 24 ? 0 : i < 48 ? 1 : -1)];
  const { outOfFold } = trainLinearBaseline(texts, targets, { ...single, folds, naiveBayes: true });
  const rest = texts.map((_, i) => i).slice(24);
  const without = trainLinearBaseline(rest.map((i) => texts[i]), rest.map((i) => targets[i]), {
    ...single,
    folds: [], // strength 1
    naiveBayes: true,
  });
  assertEquals(outOfFold.subarray(0, 144).every(Number.isFinite), true);
  assertEquals(outOfFold.subarray(144).every(Number.isNaN), true);
  const expected = argmaxRows(without.predict(texts.slice(0, 24)), 3);
  assertEquals(argmaxRows(outOfFold.subarray(0, 72), 3), expected);
});

Deno.test("trainLinearBaseline() counts a row of weight 2 as two", () => {
  const targets = texts.map((_, i) => i % 3);
  const folds: Int32Array[] = [];
  const weights = texts.map((_, i) => i < 30 ? 2 : 1);
  const weighted = trainLinearBaseline(texts, targets, { ...single, folds, weights }).predict(texts);
  const plain = trainLinearBaseline(texts, targets, { ...single, folds }).predict(texts);
  const own = (p: Float32Array) => targets.slice(0, 30).reduce((sum, id, row) => sum + p[3 * row + id], 0);
  assertGreater(own(weighted), own(plain));
});

Deno.test("trainLinearBaseline() decides each of several labels by itself", () => {
  const options: BaselineOptions = { problemType: "multi_label_classification", classes: 3, seed: 1 };
  const targets = texts.flatMap((text) => topics.map((_, k) => names(text, k)));
  const [billing, bug, wish] = trainLinearBaseline(texts, targets, options).predict(["refund the crash"]);
  assertGreater(Math.min(billing, bug), 0.5);
  assert(wish < 0.5, `wish ${wish}`);
});

Deno.test("trainLinearBaseline() predicts numbers in their own unit", () => {
  const options: BaselineOptions = { problemType: "regression", classes: 1, seed: 1 };
  const targets = texts.map((text) => 1000 + 10 * names(text, 0) - 10 * names(text, 1));
  const predicted = trainLinearBaseline(texts, targets, options).predict(texts);
  assertGreater(regressionMetrics(targets, predicted).r2, 0.8);
});

Deno.test("trainLinearBaseline() stays finite with two rows, one class or a constant target", () => {
  for (
    const [rows, targets, options] of [
      [["a", "b"], [0, 1], { ...single, classes: 2, naiveBayes: true }],
      [texts, texts.map(() => 0), { ...single, naiveBayes: true }],
      [["a", "b"], [0, 1], { ...single, classes: 2 }],
      [texts, texts.map(() => 0), single],
      [texts, texts.map(() => 7), { problemType: "regression", classes: 1 }],
    ] as [string[], number[], LinearBaselineOptions][]
  ) {
    const predicted = trainLinearBaseline(rows, targets, options).predict(["a", "refund"]);
    assert(predicted.every(Number.isFinite), predicted.join());
  }
});

Deno.test("trainLinearBaseline() refuses targets that do not fit the texts", () => {
  assertThrows(() => trainLinearBaseline(["a"], [0, 1], single), RangeError, "1 texts and 2 targets");
  assertThrows(() => trainLinearBaseline([], [], single), RangeError, "0 texts");
  assertThrows(
    () => trainLinearBaseline(["a"], [3], single),
    RangeError,
    "class 3 in row 0: ids go from 0 to 2",
  );
});

Deno.test("majorityBaseline() answers the shares of the classes, of the labels, or the mean", () => {
  assertEquals(
    majorityBaseline([2, 2, 0, 2], single).predict(["x", "y"]),
    Float32Array.of(0.25, 0, 0.75, 0.25, 0, 0.75),
  );
  const multi: BaselineOptions = { problemType: "multi_label_classification", classes: 2 };
  assertEquals(majorityBaseline([1, 0, 1, 1], multi).predict(["x"]), Float32Array.of(1, 0.5));
  assertEquals(
    majorityBaseline([1, 2, 6], { problemType: "regression", classes: 1 }).predict(["x"]),
    Float32Array.of(3),
  );
});

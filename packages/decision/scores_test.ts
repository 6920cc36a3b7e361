import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { predictedLabels, scores, sigmoid, softmax } from "./mod.ts";

const single = { problemType: "single_label_classification", temperature: 1 } as const;
const multi = { problemType: "multi_label_classification", temperature: 1 } as const;

Deno.test("scores() of logits far apart are finite and sum to 1", () => {
  assertEquals([...scores([-1000, 1], single)], [0, 1]);
  assertEquals([...scores([1000, 1000], single)], [0.5, 0.5]);
  const three = scores([700, 710, 705], single);
  assertAlmostEquals(three.reduce((a, b) => a + b), 1, 1e-15);
  assertAlmostEquals(three[0], Math.exp(-10) / (1 + Math.exp(-10) + Math.exp(-5)), 1e-15);
});

Deno.test("scores() of several labels are independent sigmoids without overflow", () => {
  const got = scores([-1000, 0, 1000, 2], multi);
  assertEquals([...got.slice(0, 3)], [0, 0.5, 1]);
  assertAlmostEquals(got[3], 1 / (1 + Math.exp(-2)), 1e-15);
});

Deno.test("scores() divides logits by the temperature, but never a regression's value", () => {
  assertEquals(scores([4, 0], { ...single, temperature: 4 }), scores([1, 0], single));
  assertEquals([...scores([3.25], { problemType: "regression", temperature: 4 })], [3.25]);
});

Deno.test("scores() refuses logits that are not finite", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    assertThrows(() => scores([0, bad], single), RangeError, `Cannot score: logit 1 is ${bad}`);
  }
});

Deno.test("predictedLabels() takes the best label, or all that reach their threshold", () => {
  const labels = ["a", "b", "c"];
  assertEquals(predictedLabels([0.2, 0.5, 0.3], { ...single, labels }), ["b"]);
  assertEquals(predictedLabels([0.4, 0.4, 0.2], { ...single, labels }), ["a"]); // the first of equal ones
  assertEquals(predictedLabels([0.5, 0.4, 0.9], { ...multi, labels }), ["a", "c"]);
  assertEquals(predictedLabels([0.5, 0.4, 0.9], { ...multi, labels, thresholds: [0.6, 0.3, 0.95] }), ["b"]);
  assertEquals(predictedLabels([7], { problemType: "regression", labels: ["rating"] }), []);
  assert(predictedLabels([0, 0, 0], { ...multi, labels }).length === 0);
});

Deno.test("softmax() and sigmoid() stay finite for logits of any size", () => {
  assertEquals(softmax([-1000, 1]), Float64Array.of(0, 1)); // subtracting the largest magnitude gives NaN here
  assertEquals(softmax([1e38, 1e38]), Float64Array.of(0.5, 0.5));
  assertEquals(sigmoid([-1000, 0, 1000]), Float64Array.of(0, 0.5, 1));
  assertAlmostEquals(softmax([0, Math.log(3)])[1], 0.75, 1e-15);
});

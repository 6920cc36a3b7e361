import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rank, sigmoid, softmax } from "./scores.ts";

Deno.test("softmax() and sigmoid() stay finite for logits of any size", () => {
  assertEquals(softmax([-1000, 1]), Float64Array.of(0, 1)); // subtracting the largest magnitude gives NaN here
  assertEquals(softmax([1e38, 1e38]), Float64Array.of(0.5, 0.5));
  assertEquals(sigmoid([-1000, 0, 1000]), Float64Array.of(0, 0.5, 1));
  assertAlmostEquals(softmax([0, Math.log(3)])[1], 0.75, 1e-15);
});

Deno.test("rank() sorts from high to low and keeps the order of equal scores", () => {
  assertEquals(rank([1, 2, 2], ["a", "b", "c"]).map(({ label }) => label), ["b", "c", "a"]);
  assertEquals(rank([1, 2, 2], ["a", "b", "c"], 1), [{ score: 2, label: "b" }]);
});

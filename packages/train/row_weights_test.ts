import { assertEquals, assertThrows } from "@std/assert";
import { rowWeights } from "./row_weights.ts";

Deno.test("rowWeights() gives a row the weight of its class, and a label its own only where it is right", () => {
  assertEquals(rowWeights([1, 5], [1, 0, 1], "single_label_classification"), Float32Array.of(5, 1, 5));
  assertEquals(rowWeights([2, 5], [1, 0, 0, 1], "multi_label_classification"), Float32Array.of(2, 1, 1, 5));
  assertThrows(() => rowWeights([1], [3.5], "regression"), RangeError, "it has none");
});

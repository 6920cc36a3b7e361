import { assertEquals, assertThrows } from "@std/assert";
import { Weights } from "./weights.ts";

const state = new Map([
  ["head.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["wing.weight", { shape: [1], data: Float32Array.of(7) }],
]);

Deno.test("a linear layer's weight is transposed, its rows in the order that is asked for", () => {
  const weights = new Weights(state);
  const { shape, data } = weights.takeTransposed("head.weight");
  assertEquals([shape, [...data]], [[3, 2], [1, 4, 2, 5, 3, 6]]);
  const swapped = weights.takeTransposed("head.weight", (row) => 1 - row);
  assertEquals([...swapped.data], [4, 1, 5, 2, 6, 3]);
});

Deno.test("a parameter that nobody took is refused by name", () => {
  const weights = new Weights(state);
  weights.takeTransposed("head.weight");
  assertThrows(() => weights.requireAllTaken(), TypeError, "the graph has no place for wing.weight");
  weights.take("wing.weight");
  weights.requireAllTaken();
});

import { assertEquals } from "@std/assert";
import { selectEdges } from "./edges.ts";
import type { Unit } from "./units.ts";

const units = [0, 1, 2].map((index): Unit => ({
  index,
  tokens: [index],
  label: "",
  special: false,
  sequence: 0,
}));
const weights = Float32Array.of(0.5, 0.25, 0.25, 0, 0.125, 0.875, 0.75, 0.0625, 0.1875);
const map = { rows: units, columns: units, weights };
const shown = (threshold: number, topK: number) =>
  selectEdges(map, { threshold, topK }).map(({ row, column, weight }) => [row, column, weight]);

Deno.test("selectEdges() keeps weights from the threshold on, weakest first", () => {
  assertEquals(shown(0.5, 0), [[0, 0, 0.5], [2, 0, 0.75], [1, 2, 0.875]]);
});

Deno.test("selectEdges() keeps the strongest of each row", () => {
  assertEquals(shown(0, 1), [[0, 0, 0.5], [2, 0, 0.75], [1, 2, 0.875]]);
  assertEquals(shown(0, 2).length, 6);
});

Deno.test("selectEdges() leaves out weights that nobody could see", () => {
  assertEquals(shown(0, 0).length, 8); // one of nine is 0
});

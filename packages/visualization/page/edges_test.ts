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
  selectEdges(map, { threshold, topK }).edges.map(({ row, column, weight }) => [row, column, weight]);

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

Deno.test("selectEdges() draws at most as many lines as asked, the strongest, and counts the rest", () => {
  for (const most of [1, 3, 7]) {
    const { edges, omitted } = selectEdges(map, { threshold: 0, topK: 0 }, most);
    const strongest = [...weights].sort((a, b) => b - a).slice(0, most).reverse();
    assertEquals(edges.map(({ weight }) => weight), strongest);
    assertEquals(omitted, 8 - most);
  }
});

Deno.test("selectEdges() takes the strongest 2 of a row of 200, and of 40 equal ones no more than asked", () => {
  const columns = Array.from({ length: 200 }, () => units[0]);
  const row = Float32Array.from(columns, (_, i) => ((i * 37) % 200) / 200);
  const strongest = (values: Float32Array, topK: number, most?: number) =>
    selectEdges({ rows: [units[0]], columns: columns.slice(0, values.length), weights: values }, {
      threshold: 0,
      topK,
    }, most).edges;
  assertEquals(strongest(row, 2).map(({ weight }) => weight), [Math.fround(0.99), Math.fround(0.995)]);
  assertEquals(strongest(row, 0, 50).map(({ weight }) => weight), [...row.toSorted().slice(150)]);
  assertEquals(strongest(Float32Array.of(0.5, 0.5, 0.875), 2).map(({ weight }) => weight), [0.5, 0.875]);
  const equal = new Float32Array(200).fill(0.5);
  assertEquals([strongest(equal, 3).length, strongest(equal, 0, 40).length], [3, 40]);
});

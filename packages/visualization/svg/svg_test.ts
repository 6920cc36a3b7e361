import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { barRows, figure, heatMap, linePlot } from "./mod.ts";

/** Values of an attribute in the elements of a name. */
function attributes(svg: string, element: string, attribute: string): string[] {
  const elements = [...svg.matchAll(new RegExp(`<${element} [^>]*>`, "g"))].map(([tag]) => tag);
  return elements.map((tag) => tag.match(new RegExp(` ${attribute}="([^"]*)"`))?.[1] ?? "");
}

Deno.test("heatMap() draws a cell a value: colour by sign, strength by size", () => {
  const { svg } = heatMap({
    title: "m",
    values: [[1, -0.5], [0, 0.2]],
    rows: ["a", "b"],
    columns: ["x", "y"],
  });
  assertEquals(attributes(svg, "rect", "class"), ["plus", "minus", "plus", "plus"]);
  assertEquals(attributes(svg, "rect", "fill-opacity"), ["0.85", "0.425", "0", "0.17"]);
});

Deno.test("heatMap() of zeros is empty cells, not NaN", () => {
  const { svg } = heatMap({ title: "", values: [[0, 0]], rows: ["a"], columns: ["", ""] });
  assertEquals(attributes(svg, "rect", "fill-opacity"), ["0", "0"]);
});

Deno.test("heatMap() is as wide as its cells, with column labels or without", () => {
  const values = [new Array(10).fill(1)];
  assertEquals(heatMap({ title: "", values, rows: [""], columns: [], cell: 30 }).width, 306);
});

Deno.test("barRows() draws bars in proportion, negative ones to the left of zero", () => {
  const { svg } = barRows({ title: "b", rows: [{ label: "a", value: 2 }, { label: "b", value: -1 }] });
  const [long, short] = attributes(svg, "rect", "width").map(Number);
  const [zero, left] = attributes(svg, "rect", "x").map(Number);
  assert(Math.abs(long - 2 * short) < 0.002 && Math.abs(left + short - zero) < 0.002);
  assertStringIncludes(svg, ">−1.00<");
});

Deno.test("linePlot() puts larger values higher and later ones further right", () => {
  const { svg } = linePlot({ title: "l", x: "step", lines: [{ name: "loss", values: [3, 1, 2] }] });
  const [points] = attributes(svg, "polyline", "points");
  const [[x0, y0], [x1, y1], [x2, y2]] = points.split(" ").map((point) => point.split(",").map(Number));
  assert(x0 < x1 && x1 < x2 && y0 < y2 && y2 < y1);
});

Deno.test("figure() escapes texts, writes at most three digits, and starts a new row where drawings do not fit", () => {
  const drawing = heatMap({ title: "<1 & 2>", values: [[1 / 3]], rows: ["a<b"], columns: ["c"] });
  const wide = { ...drawing, width: 400 };
  const svg = figure({ title: "a & b", description: "x < y", drawings: [wide, wide] });
  assertStringIncludes(svg, '<title id="title">a &amp; b</title>');
  assert(!svg.includes("a<b") && svg.includes("a&lt;b"));
  assert(!/\.\d{4}/.test(svg));
  assertEquals(attributes(svg, "g", "transform").map((at) => at.split(" ")[0]), [
    "translate(16",
    "translate(16",
  ]);
});

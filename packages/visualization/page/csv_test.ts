import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { attentionCsv, toCsv } from "./csv.ts";
import type { Unit } from "./units.ts";

Deno.test("toCsv() quotes what holds commas, quotes and line breaks, and a CSV reader gets it back", () => {
  const rows = [["a", "b"], ['say "no"', "x,y"], ["two\nlines", "ü"]];
  assertEquals(parse(toCsv(rows)), rows);
});

Deno.test("attentionCsv() gives every weight with both tokens, named as they are", () => {
  const unit = (index: number, label: string): Unit => ({
    index,
    tokens: [index],
    label,
    special: false,
    sequence: 0,
  });
  const rows = [unit(1, ","), unit(2, '"')];
  const maps = [{ head: 3, rows, columns: rows, weights: Float32Array.of(0.1, 0.9, 0.25, 0.75) }];
  const [names, , second] = parse(attentionCsv(maps, 2, "mean"));
  assertEquals(names, ["layer", "head", "query_index", "query", "key_index", "key", "weight"]);
  assertEquals(second, ["2", "3", "1", ",", "2", '"', "0.9"]);
  const combined = [{ ...maps[0], head: null }];
  assertEquals(parse(attentionCsv(combined, 2, "mean"))[4], ["2", "mean", "2", '"', "2", '"', "0.75"]);
});

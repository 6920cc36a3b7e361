import { assertEquals } from "@std/assert";
import type { ExplainedToken } from "@taxon/decision";
import { tokenUnits, wordUnits } from "./units.ts";

const special = (text: string): ExplainedToken => ({
  text,
  special: true,
  sequence: null,
  start: null,
  end: null,
});
const piece = (text: string, start: number, end: number, sequence: 0 | 1 = 0): ExplainedToken => ({
  text,
  special: false,
  sequence,
  start,
  end,
});

Deno.test("wordUnits() joins pieces as the text has them, and leaves punctuation and other words alone", () => {
  const text = "Unbelievable, rivers";
  const tokens = [
    special("[CLS]"),
    piece("un", 0, 2),
    piece("##believ", 2, 8),
    piece("##able", 8, 12),
    piece(",", 12, 13),
    piece("river", 14, 19),
    piece("s", 19, 20), // a tokenizer without the mark "##"
    special("[SEP]"),
  ];
  const units = wordUnits(tokens, [text]);
  assertEquals(units.map(({ label }) => label), ["[CLS]", "Unbelievable", ",", "rivers", "[SEP]"]);
  assertEquals(units.map(({ tokens }) => tokens), [[0], [1, 2, 3], [4], [5, 6], [7]]);
  assertEquals(units.map(({ index }) => index), [0, 1, 4, 5, 7]);
});

Deno.test("wordUnits() never joins the end of one text to the beginning of the next", () => {
  const tokens = [piece("ab", 0, 2, 0), piece("##c", 2, 3, 1)];
  assertEquals(wordUnits(tokens, ["ab", "xxc"]).length, 2);
});

Deno.test("special tokens count to the text that they open or close", () => {
  const tokens = [
    special("[CLS]"),
    piece("a", 0, 1),
    special("[SEP]"),
    piece("b", 0, 1, 1),
    special("[SEP]"),
  ];
  assertEquals(tokenUnits(tokens).map(({ sequence }) => sequence), [0, 0, 0, 1, 1]);
});

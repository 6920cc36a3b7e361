import { assertEquals } from "@std/assert";
import { wrap } from "./wrap.ts";
import { cutEnd, cutMiddle, pad, textWidth } from "./text_width.ts";
import { alignColumns } from "./columns.ts";
import { confusionTable } from "./confusion_table.ts";

Deno.test("wrap() breaks at blanks, and indents what follows like the line", () => {
  assertEquals(wrap("one two three four", 10), "one two\nthree four");
  assertEquals(wrap("  one two three", 10), "  one two\n    three");
  assertEquals(wrap("backend: one two", 12), "backend: one\n  two");
  assertEquals(wrap("fits", 4), "fits");
  assertEquals(wrap("one two three", Infinity), "one two three");
});

Deno.test("wrap() leaves commands to copy and words that are too wide as they are", () => {
  assertEquals(wrap("  deno task serve --model runs/a", 10), "  deno task serve --model runs/a");
  assertEquals(wrap("run deno task serve now", 12), "run\ndeno task serve\nnow");
  assertEquals(wrap("a 0123456789abc b", 10), "a\n0123456789abc\nb");
});

Deno.test("wrap() and the cuts count wide characters as two columns", () => {
  assertEquals(wrap("請求 請求 請求", 10), "請求 請求\n請求");
  assertEquals([textWidth("請a"), textWidth("e\u0301"), textWidth("👩‍🚀")], [3, 1, 2]);
  assertEquals([cutEnd("請求書", 5), cutEnd("abcdef", 4), cutEnd("abcd", 4)], ["請求…", "abc…", "abcd"]);
  assertEquals(cutMiddle("runs/tickets-1", 9), "runs…ts-1");
  assertEquals([pad("請", 4, "left"), pad("請", 4, "right")], ["  請", "請  "]);
});

Deno.test("alignColumns() cuts the longest names until the table fits, never a figure", () => {
  const rows = [["", "runs/the-first-of-two", "runs/the-second"], ["macro_f1", "0.1234", "0.5678"]];
  const [head, figures] = alignColumns(rows, 36).split("\n");
  assertEquals([textWidth(head), textWidth(figures)], [36, 36]);
  assertEquals(figures, "macro_f1        0.1234        0.5678");
  assertEquals(head, "          runs/t…f-two  runs/t…econd");
  assertEquals(alignColumns(rows).split("\n")[0], "          runs/the-first-of-two  runs/the-second");
});

Deno.test("confusionTable() cuts labels, and names the most frequent pairs where the matrix has no room", () => {
  const confusion = [[5, 2], [0, 7]];
  const labels = ["a parcel that has not come", "b"];
  assertEquals(
    confusionTable(confusion, labels, 24),
    [
      "      truth      (1) (2)",
      "a par… come  (1)   5   2",
      "          b  (2)   0   7",
    ].join("\n"),
  );
  const many = Array.from({ length: 20 }, (_, i) => `label ${i}`);
  const counts = many.map((_, i) => many.map((_, j) => i === 3 && j === 4 ? 6 : i === j ? 9 : 0));
  assertEquals(
    confusionTable(counts, many, 80),
    [
      "truth → prediction, most often wrong  rows",
      "label 3 → label 4                        6",
    ].join("\n"),
  );
});

import { assertEquals, assertThrows } from "@std/assert";
import type { LabelledRow } from "./example.ts";
import { inferProblemType, toExamples } from "./problem_type.ts";

const rows = (...labels: (string | string[])[]): LabelledRow[] =>
  labels.map((label, i) => ({ text: `text ${i}`, label, row: i + 2, file: "train.csv" }));

Deno.test("inferProblemType() tells lists, fractions and names apart", () => {
  const infer = (...labels: (string | string[])[]) => inferProblemType(rows(...labels)).problemType;
  assertEquals(infer("pos", "neg"), "single_label_classification");
  assertEquals(infer("0", "1"), "single_label_classification");
  assertEquals(infer("1.5", "2"), "regression");
  assertEquals(infer("1.5", "n/a"), "single_label_classification");
  assertEquals(infer(["pos"], "neg"), "multi_label_classification");
  assertEquals(infer("0x1p3", "1.5"), "single_label_classification");
});

Deno.test("inferProblemType() says why, naming the row", () => {
  assertEquals(inferProblemType(rows("a", ["b"])).reason, "train.csv:3 has a list of labels");
});

Deno.test("inferProblemType() doubts lists of exactly one label in every row", () => {
  const doubt = (...labels: (string | string[])[]) => inferProblemType(rows(...labels)).doubt;
  assertEquals(
    doubt(["a"], ["b"]),
    "every row of train.csv has a list of exactly one label, and each class is answered by itself; " +
      "choose problemType single_label_classification if exactly one is right",
  );
  for (const labels of [[["a"], ["b", "c"]], [["a"], []], [["a"], "b"], ["a", "b"]]) {
    assertEquals(doubt(...labels), undefined);
  }
});

Deno.test("toExamples() takes a list of one as its label where one is asked for", () => {
  const [single] = toExamples(rows(["a"]), "single_label_classification");
  const [number] = toExamples(rows(["2.5"]), "regression");
  assertEquals([single.labels, number.target], [["a"], 2.5]);
});

Deno.test("toExamples() names the row whose label does not fit the problem", () => {
  const cases: [LabelledRow[], Parameters<typeof toExamples>[1], string][] = [
    [
      rows("a", ["a", "b"]),
      "single_label_classification",
      "train.csv:3: 2 labels in a list, expected one label",
    ],
    [rows("a", " "), "single_label_classification", "train.csv:3: label is empty"],
    [rows(["a", ""]), "multi_label_classification", "train.csv:2: label 2 of the list is empty"],
    [rows(["a", "a"]), "multi_label_classification", 'train.csv:2: label "a" is listed twice'],
    [rows("1", "one"), "regression", 'train.csv:3: label "one" is not a number'],
    [rows("1", ""), "regression", "train.csv:3"],
  ];
  for (const [input, type, message] of cases) {
    assertThrows(() => toExamples(input, type), SyntaxError, message);
  }
});

Deno.test("toExamples() allows no label at all in a multi-label problem, and numbers as targets in regression", () => {
  assertEquals(toExamples(rows([], ""), "multi_label_classification").map(({ labels }) => labels), [[], []]);
  assertEquals(toExamples(rows("-1.5e1"), "regression")[0].target, -15);
});

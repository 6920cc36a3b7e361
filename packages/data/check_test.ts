import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { checkData, type DataCheckOptions } from "./check.ts";
import { renderDataReport } from "./check_report.ts";
import type { Example } from "./example.ts";

const example = (file: string, row: number, text: string, ...labels: string[]): Example => ({
  text,
  labels,
  row,
  file,
});
const options: DataCheckOptions = { problemType: "single_label_classification" };

/** A small data set with one fault of each kind. */
const faulty = {
  train: [
    example("train.csv", 2, "my invoice is wrong", "billing"),
    example("train.csv", 3, "", "billing"),
    example("train.csv", 4, "app crashes", "bug"),
    example("train.csv", 5, "App  crashes", "bug"),
    example("train.csv", 6, "please add dark mode", "Feature"),
    example("train.csv", 7, "export to pdf would help", "feature "),
  ],
  test: [
    example("test.csv", 2, "My invoice is wrong ", "bug"),
    example("test.csv", 3, "where is my refund", "billing"),
  ],
};

Deno.test("checkData() finds each planted fault with its rows", () => {
  const report = checkData(faulty, options);
  const [train, test] = report.splits;
  assertEquals(train.emptyTexts, [{ split: "train", file: "train.csv", row: 3 }]);
  assertEquals(train.classCounts, { Feature: 1, billing: 2, bug: 2, "feature ": 1 });
  assertEquals([train.missingLabels, test.missingLabels], [[], ["Feature", "feature "]]);
  assertEquals(
    report.labelVariants.map(({ labels }) => labels.map(({ label, rows }) => [label, rows[0].row])),
    [
      [["Feature", 6], ["feature ", 7]],
    ],
  );
  const found = report.duplicates.map(({ rows, acrossSplits, conflicting }) => ({
    rows: rows.map(({ file, row }) => `${file}:${row}`),
    acrossSplits,
    conflicting,
  }));
  assertEquals(found, [
    { rows: ["train.csv:2", "test.csv:2"], acrossSplits: true, conflicting: true },
    { rows: ["train.csv:4", "train.csv:5"], acrossSplits: false, conflicting: false },
  ]);
});

Deno.test("checkData() finds nothing in clean data", () => {
  const rows = Array.from({ length: 30 }, (_, i) => example("t.csv", i + 2, `text ${i}`, i % 2 ? "a" : "b"));
  const report = checkData({ train: rows }, options);
  assertEquals([report.labelVariants, report.duplicates, report.rareLabels], [[], [], []]);
  assertEquals(renderDataReport(report).at(-1), "no problems found");
});

Deno.test("checkData() tells pairs with one common text apart", () => {
  const pair = (row: number, textPair: string): Example => ({
    ...example("t.csv", row, "same", "a"),
    textPair,
  });
  assertEquals(checkData({ train: [pair(2, "x"), pair(3, "y")] }, options).duplicates, []);
});

Deno.test("checkData() counts rows above maxTokens with the counter it is given", () => {
  const countTokens = (text: string) => ({ tokens: text.length + 2, unknown: 0 });
  const [train] = checkData(faulty, { ...options, countTokens, maxTokens: 22 }).splits;
  assertEquals(train.truncated?.map(({ row }) => row), [7]); // 26 tokens; 22 of line 6 just fit
  assertThrows(() => checkData(faulty, { ...options, maxTokens: 8 }), TypeError, "without countTokens");
});

Deno.test("checkData() says how many tokens are not in the vocabulary, if any", () => {
  const countTokens = (text: string) => ({ tokens: 4, unknown: text.startsWith("o") ? 1 : 0 });
  const data = { train: [example("t.csv", 2, "one", "a")], test: [example("t.csv", 3, "two", "a")] };
  const report = checkData(data, { ...options, countTokens });
  assertEquals(report.splits.map(({ unknownShare }) => unknownShare), [0.25, 0]);
  const lines = renderDataReport(report).filter((line) => line.includes("vocabulary"));
  assertEquals(lines, ["  not in the vocabulary: 25.0 % of the tokens"]);
});

Deno.test("checkData() describes lengths by nearest rank and counts every text in one bucket", () => {
  const texts = Array.from({ length: 100 }, (_, i) => example("t.csv", i + 1, "w ".repeat(i + 1), "a"));
  const { lengths } = checkData({ train: texts }, options).splits[0];
  assertEquals([lengths.min, lengths.median, lengths.p95, lengths.max], [1, 50, 95, 100]);
  assertEquals(lengths.buckets.map(({ from, to, count }) => [from, to, count]).slice(0, 6), [
    [0, 0, 0],
    [1, 1, 1],
    [2, 2, 1],
    [3, 4, 2],
    [5, 8, 4],
    [9, 16, 8],
  ]);
  assertEquals(lengths.buckets.reduce((sum, { count }) => sum + count, 0), 100);
});

Deno.test("renderDataReport() names the rows of each finding", () => {
  const text = renderDataReport(
    checkData(faulty, { ...options, countTokens: (t) => ({ tokens: t.length, unknown: 0 }), maxTokens: 20 }),
  ).join("\n");
  for (
    const part of [
      "train: 6 rows",
      "rows per label: billing 2, bug 2, Feature 1, feature  1",
      "longer than 20 tokens, to be cut: 1 row (16.7 %)",
      "1 empty text in train: train.csv:3",
      "labels missing from test: Feature, feature ",
      'labels that differ only by case or space: "Feature" (1 row: train.csv:6) and "feature␣" (1 row: train.csv:7)',
      "1 text repeated with different labels: train.csv:2, test.csv:2",
      "1 text repeated across splits: train.csv:2, test.csv:2",
      "1 text repeated within a split: train.csv:4, train.csv:5",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("renderDataReport() stays short with many labels and many duplicates", () => {
  const many = Array.from(
    { length: 300 },
    (_, i) => example("t.csv", i + 1, `text ${i % 50}`, `label ${i % 77}`),
  );
  const lines = renderDataReport(checkData({ train: many }, options));
  assert(lines.every((line) => line.length < 400), lines.join("\n"));
  assertStringIncludes(lines.join("\n"), "and 47 more");
});

Deno.test("renderDataReport() finds fault with sixteen rows: too few of a label, and too few to judge on", () => {
  const rows = Array.from(
    { length: 16 },
    (_, i) => example("t.csv", i + 2, `text ${i}`, i < 9 ? "a" : i < 15 ? "b" : "c"),
  );
  const text = renderDataReport(checkData({ train: rows }, options)).join("\n");
  for (
    const part of [
      '1 label with one row in train: "c" (t.csv:17)',
      '1 label with fewer than 8 rows in train: "b" (6 rows: t.csv:11, t.csv:12, t.csv:13, t.csv:14, t.csv:15 and 1 more)',
      "16 rows to judge on in train, fewer than 30: by chance alone a share of right answers may be off by 0.24",
    ]
  ) assertStringIncludes(text, part);
  const numbers = rows.map((row, i) => ({ ...row, labels: [], target: i }));
  const lines = renderDataReport(checkData({ train: numbers }, { problemType: "regression" }));
  assertStringIncludes(lines.at(-1)!, "16 rows to judge on");
});

Deno.test("renderDataReport() names labels that are more than twenty times rarer than another", () => {
  const rows = Array.from(
    { length: 420 },
    (_, i) => example("t.csv", i + 2, `text ${i}`, i < 8 ? "spam" : "ham"),
  );
  const findings = (rows: Example[]) => renderDataReport(checkData({ train: rows }, options)).at(-1)!;
  assertStringIncludes(
    findings(rows),
    '20 times rarer than "ham" (412 rows) in train: "spam" (8 rows, 1 to 52)',
  );
  assertEquals(findings(rows.slice(0, 168)), "no problems found"); // 8 to 160
});

Deno.test("renderDataReport() says where texts are cut, and judges splits by what they are for", () => {
  const rows = Array.from({ length: 40 }, (_, i) => example("t.csv", i + 2, `text ${i}`, i % 2 ? "a" : "b"));
  const countTokens = (text: string) => ({ tokens: text === "text 7" ? 300 : 10, unknown: 0 });
  const splits = { train: rows.slice(0, 20), test: rows.slice(20).map((row) => ({ ...row, file: "u.csv" })) };
  const text = renderDataReport(checkData(splits, { ...options, countTokens, maxTokens: 128 })).join("\n");
  assertStringIncludes(text, "1 text longer than 128 tokens in train, up to 300: t.csv:9; ");
  assertStringIncludes(text, "20 rows to judge on in test");
  assertEquals(text.includes("to judge on in train"), false);
});

import { assertEquals, assertThrows } from "@std/assert";
import { assembleDataset, assembleSplit } from "./dataset.ts";
import type { LabelledRow } from "./example.ts";
import { rowsFromFolders } from "./folders.ts";

const rows = (file: string, ...labels: (string | string[])[]): LabelledRow[] =>
  labels.map((label, i) => ({ text: `${file} ${i}`, label, row: i + 2, file }));

Deno.test("assembleDataset() sorts labels by code unit, whatever the order of rows", () => {
  const labels = (...names: string[]) => {
    return assembleDataset({ train: rows("t.csv", ...names), eval: rows("e.csv", "a") }).labels;
  };
  assertEquals(labels("b", "é", "Z", "a"), ["Z", "a", "b", "é"]);
  assertEquals(labels("a", "b", "é", "Z"), ["Z", "a", "b", "é"]);
});

Deno.test("assembleDataset() sorts whole numbers by their value, before names", () => {
  const labels = (...names: string[]) =>
    assembleDataset({ train: rows("t.csv", ...names), eval: rows("e.csv", names[0]) }).labels;
  assertEquals(labels("10", "2", "1", "0"), ["0", "1", "2", "10"]);
  assertEquals(labels("10", "-1", "9", "-10"), ["-10", "-1", "9", "10"]);
  assertEquals(labels("10", "none", "2", "1st", "10x"), ["2", "10", "10x", "1st", "none"]);
  assertEquals(labels("07", "7", "6"), ["6", "07", "7"]);
});

Deno.test("assembleDataset() carves eval from train only when none is given", () => {
  const train = rows("t.csv", ...Array.from({ length: 40 }, (_, i) => i % 2 ? "a" : "b"));
  const carved = assembleDataset({ train }, { evalFraction: 0.25, seed: 3 });
  assertEquals([carved.train.length, carved.eval.length, carved.evalCarved], [30, 10, true]);
  const given = assembleDataset({ train, eval: rows("e.csv", "a") });
  assertEquals([given.train.length, given.eval.length, given.evalCarved], [40, 1, false]);
});

Deno.test("assembleDataset() refuses a label that training never saw, naming label, file and row", () => {
  const train = rows("t.csv", "spam", "ham", "ham", "spam");
  assertThrows(
    () => assembleDataset({ train, test: rows("test.csv", "ham", "eggs") }),
    RangeError,
    'test.csv:3: label "eggs" does not occur in the training data; known are "ham", "spam"',
  );
  assertThrows(
    () => assembleDataset({ train, eval: rows("eval.csv", "Spam ") }),
    RangeError,
    'eval.csv:2: label "Spam␣" does not occur in the training data; "spam" differs only by case or space: ' +
      "option mergeLabels takes both for one",
  );
});

Deno.test("assembleDataset() merges spellings of a label by the training rows, in every split, if asked", () => {
  const train = rows("t.csv", "Billing ", "bug", "billing", "bug", "billing");
  const given = { train, eval: rows("e.csv", "BILLING"), test: rows("x.csv", "Bug") };
  const dataset = assembleDataset(given, { mergeLabels: true });
  assertEquals(dataset.labels, ["billing", "bug"]);
  assertEquals(dataset.train.map(({ labels }) => labels[0]), ["billing", "bug", "billing", "bug", "billing"]);
  assertEquals([dataset.eval[0].labels, dataset.test![0].labels], [["billing"], ["bug"]]);
  assertEquals(dataset.mergedLabels, [{ label: "billing", spellings: [["billing", 2], ["Billing ", 1]] }]);
  const asWritten = assembleDataset({ train, eval: rows("e.csv", "bug") });
  assertEquals([asWritten.labels, asWritten.mergedLabels], [["Billing ", "billing", "bug"], []]);
});

Deno.test("assembleSplit() takes labels for those of the model that differ only by case or space, if asked", () => {
  const split = (mergeLabels: boolean) => {
    const type = "single_label_classification";
    return assembleSplit(rows("m.csv", " Billing", "bug"), type, ["billing", "bug"], { mergeLabels });
  };
  assertEquals(split(true).map(({ labels }) => labels[0]), ["billing", "bug"]);
  assertThrows(() => split(false), RangeError, 'm.csv:2: label "␣Billing" does not occur');
});

Deno.test("assembleDataset() reads eval by the problem type of train", () => {
  const numbers = assembleDataset({ train: rows("t.csv", "0.5", "1"), eval: rows("e.csv", "2", "3") });
  assertEquals([numbers.problemType, numbers.eval[1].target, numbers.labels], ["regression", 3, []]);
  const lists = assembleDataset({ train: rows("t.jsonl", ["a", "b"], []), eval: rows("e.jsonl", "a") });
  assertEquals([lists.problemType, lists.eval[0].labels], ["multi_label_classification", ["a"]]);
});

Deno.test("assembleDataset() refuses training rows that teach nothing", () => {
  assertThrows(() => assembleDataset({ train: [] }), RangeError, "Cannot train on no rows");
  assertThrows(
    () => assembleDataset({ train: rows("t.csv", "a", "a") }),
    RangeError,
    'on 1 label(s) ("a"): at least 2',
  );
});

Deno.test("rowsFromFolders() orders rows by label and file, as listings come in any order", () => {
  const entry = (label: string, file: string) => ({ label, file, text: file });
  const listed = rowsFromFolders([entry("b", "b/1.txt"), entry("a", "a/2.txt"), entry("a", "a/1.txt")]);
  assertEquals(listed.map(({ file }) => file), ["a/1.txt", "a/2.txt", "b/1.txt"]);
  assertEquals(listed[0], { text: "a/1.txt", label: "a", row: 1, file: "a/1.txt" });
});

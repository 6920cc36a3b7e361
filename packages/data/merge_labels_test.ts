import { assertEquals } from "@std/assert";
import type { Example } from "./example.ts";
import { labelSpellings, mergeLabels } from "./merge_labels.ts";

const examples = (...rows: string[][]): Example[] =>
  rows.map((labels, i) => ({ text: `text ${i}`, labels, row: i + 2, file: "train.csv" }));

Deno.test("labelSpellings() lets the most frequent spelling stand for all, without the space around it", () => {
  const found = labelSpellings(
    examples(["Billing "], ["Billing "], ["billing"], ["bug  report"], ["Bug Report"], ["how to"]),
  );
  assertEquals(found, [
    { label: "Billing", spellings: [["Billing ", 2], ["billing", 1]] },
    { label: "Bug Report", spellings: [["Bug Report", 1], ["bug  report", 1]] }, // B before b
    { label: "how to", spellings: [["how to", 1]] },
  ]);
});

Deno.test("mergeLabels() spells labels as they are known, each once a row, and leaves unknown ones", () => {
  const merged = mergeLabels(
    examples(["BILLING"], ["billing", " billing", "Refund"], ["other "], []),
    ["billing", "refund"],
  );
  assertEquals(merged.map(({ labels }) => labels), [["billing"], ["billing", "refund"], ["other "], []]);
  assertEquals(merged[0], { text: "text 0", labels: ["billing"], row: 2, file: "train.csv" });
});

Deno.test("mergeLabels() does not guess among known labels that differ only by case or space", () => {
  const merged = mergeLabels(examples(["US"], ["us"], ["Us"]), ["US", "us"]);
  assertEquals(merged.map(({ labels }) => labels), [["US"], ["us"], ["Us"]]);
});

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { findTwinLabels, findUnlikelyLabels } from "./label_doubts.ts";

const labels = ["billing", "invoice", "bug", "wish"];

/** Rows of a label with answers of a model that gives one of them `p`, and the others what is left in equal parts. */
function answers(rows: { label: number; says: number; p?: number }[]) {
  return {
    labels,
    truth: rows.map(({ label }) => label),
    probabilities: rows.flatMap(({ says, p = 0.7 }) => labels.map((_, k) => k === says ? p : (1 - p) / 3)),
  };
}
const repeat = (count: number, label: number, says: number) =>
  Array.from({ length: count }, () => ({ label, says }));

Deno.test("findTwinLabels() finds labels that are taken for each other, in both directions", () => {
  const rows = [
    ...repeat(6, 0, 0),
    ...repeat(4, 0, 1),
    ...repeat(7, 1, 1),
    ...repeat(3, 1, 0),
    ...repeat(9, 2, 2),
    ...repeat(1, 2, 3),
    ...repeat(10, 3, 3),
  ];
  assertEquals(findTwinLabels(answers(rows)), [
    { labels: ["billing", "invoice"], confused: [4, 3], rows: [10, 10] },
  ]);
});

Deno.test("findTwinLabels() finds none where a label swallows another, or where everything is confused", () => {
  const swallowed = [...repeat(10, 0, 0), ...repeat(5, 1, 0), ...repeat(5, 1, 1), ...repeat(20, 2, 2)];
  assertEquals(findTwinLabels(answers(swallowed)), []);
  const guesses = [0, 1, 2, 3].flatMap((label) => [0, 1, 2, 3].flatMap((says) => repeat(5, label, says)));
  assertEquals(findTwinLabels(answers(guesses)), []);
});

Deno.test("findUnlikelyLabels() finds a row with the label of another, the surest first", () => {
  const rows = [
    ...repeat(8, 0, 0),
    ...repeat(8, 2, 2),
    { label: 2, says: 0, p: 0.9 }, // row 16
    { label: 0, says: 2, p: 0.97 }, // row 17
    { label: 2, says: 3, p: 0.4 }, // nobody is sure what it is
  ];
  const found = findUnlikelyLabels(answers(rows));
  assertEquals(found.map(({ row, label, likely }) => [row, label, likely]), [[17, "billing", "bug"], [
    16,
    "bug",
    "billing",
  ]]);
  assertAlmostEquals(found[0].own, 0.01, 1e-9);
  assertAlmostEquals(found[0].other, 0.97, 1e-9);
});

Deno.test("both leave out rows that were never held out", () => {
  const rows = answers([...repeat(5, 0, 0), ...repeat(5, 2, 2), ...repeat(4, 0, 2), ...repeat(4, 2, 0)]);
  const none = { ...rows, probabilities: rows.probabilities.map((p, i) => i < 40 ? p : NaN) };
  assertEquals([findTwinLabels(none), findUnlikelyLabels(none)], [[], []]);
});

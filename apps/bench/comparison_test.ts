import { assertEquals, assertThrows } from "@std/assert";
import { checkAgreement, type Comparison, comparisonTable, missedGoals } from "./comparison.ts";
import type { ResultLine } from "./systems.ts";

const tfjs = "TensorFlow.js wasm";

function comparison(
  workload: string,
  oursMs: number,
  theirsMs: number,
  theirs: Partial<ResultLine> = {},
): Comparison {
  const ours = { system: "taxon", workload, ms_median: oursMs, logits0: [1, -2], losses: [0.7, 0.5] };
  const other = { system: "tfjs", workload, ms_median: theirsMs, ...theirs };
  return { workload, ours, others: new Map([[tfjs, other]]) };
}

Deno.test("missedGoals() names a ratio below its goal, and no other", () => {
  assertEquals(missedGoals(comparison("W1-mixed", 100, 800)), []);
  assertEquals(missedGoals(comparison("W1-mixed", 100, 750)), [
    `W1-mixed: 7.50 times as fast as ${tfjs}, goal 8`,
  ]);
  assertEquals(missedGoals(comparison("W1-32x128", 100, 50)), []); // has no goal
});

Deno.test("checkAgreement() refuses other logits, other first losses, and a line with neither", () => {
  checkAgreement(comparison("W1-mixed", 1, 1, { out0: [1.001, -2] }));
  checkAgreement(comparison("W2-train-16x64-2L", 1, 1, { losses: [0.7004, 0.9] })); // another optimiser goes other ways
  for (const theirs of [{ out0: [1.003, -2] }, { losses: [0.71] }, {}]) {
    assertThrows(
      () => checkAgreement(comparison("W1-mixed", 1, 1, theirs)),
      Error,
      "Cannot compare W1-mixed",
    );
  }
});

Deno.test("comparisonTable() is Markdown with medians, ratios and goals", () => {
  assertEquals(
    comparisonTable([comparison("W1-1x32", 50, 140)]),
    [
      `| workload | Taxon ms | ${tfjs} ms | ratio | goal |`,
      "| --- | ---: | ---: | ---: | ---: |",
      "| W1-1x32 | 50.0 | 140 | 2.80 | 2.5 |",
    ].join("\n"),
  );
});

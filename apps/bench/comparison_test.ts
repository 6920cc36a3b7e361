import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { checkAgreement, type Comparison, comparisonTable, missedGoals, placeTable } from "./comparison.ts";
import { workloadsWithGoals } from "./goals.ts";
import { RIVALS } from "./rivals.ts";

const tfjs = "TensorFlow.js wasm";

function comparison(workload: string, oursMs: number, theirsMs: number): Comparison {
  const ours = { system: "taxon", workload, ms_median: oursMs, peak_rss_mb: 300.4 };
  const other = { system: `${tfjs} 4.22`, workload, ms_median: theirsMs, peak_rss_mb: 500 };
  return { workload, precision: "f32", ours, others: new Map([[tfjs, other]]) };
}

Deno.test("missedGoals() names a ratio below its goal, and no other", () => {
  assertEquals(missedGoals(comparison("W1-mixed", 100, 800)), []);
  assertEquals(missedGoals(comparison("W1-mixed", 100, 750)), [
    `W1-mixed: 7.50 times as fast as ${tfjs}, goal 8`,
  ]);
  assertEquals(missedGoals(comparison("W1-32x128", 100, 50)), []); // has no goal
});

Deno.test("workloadsWithGoals() names what a comparison runs by default", () => {
  assertEquals(workloadsWithGoals("f32", [tfjs]), ["W1-1x32", "W1-8x128", "W1-mixed", "W2-train-16x64-2L"]);
  assertEquals(workloadsWithGoals("int8", [tfjs]), []);
});

Deno.test("checkAgreement() refuses other logits, other first losses, and a line with neither", () => {
  const line = { system: "taxon", workload: "W1-mixed", ms_median: 1 };
  const ours = { ...line, logits0: [1, -2], losses: [0.7, 0.5] };
  const theirs = { ...line, system: "tfjs" };
  checkAgreement("W1-mixed", ours, { ...theirs, out0: [1.001, -2] });
  checkAgreement("W2-train-16x64-2L", ours, { ...theirs, losses: [0.7004, 0.9] }); // another optimiser goes other ways
  for (const wrong of [{ out0: [1.003, -2] }, { losses: [0.71] }, {}]) {
    assertThrows(
      () => checkAgreement("W1-mixed", ours, { ...theirs, ...wrong }),
      Error,
      "Cannot compare W1-mixed",
    );
  }
});

Deno.test("comparisonTable() is Markdown with medians, memory, ratios and goals", () => {
  assertEquals(
    comparisonTable([comparison("W1-1x32", 50, 140)]).split("\n")[2],
    `| W1-1x32 | 50.0 | 300 | ${tfjs} | 4.22 | 140 | 500 | 2.80 | 2.5 |`,
  );
});

Deno.test("placeTable() replaces the table of one comparison and nothing else", () => {
  const document = "before\n<!-- a -->\n\nold\n\n<!-- /a -->\nafter\n";
  assertEquals(placeTable(document, "a", "new"), "before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n");
  assertThrows(() => placeTable(document, "b", "new"), Error, "<!-- b -->");
});

Deno.test("rivals run the variants of a precision, and none of a suite they lack", () => {
  const surroundings = { peers: "peers", threads: 2, backend: "ffi", precision: "int8" } as const;
  const [onnx, sorted, torch] = RIVALS.native.map((rival) => rival.commands("W1-mixed", surroundings));
  assertEquals(onnx.map((command) => command.slice(1)), [
    ["peers/ort_bench.py", "W1", "int8", "mixed"],
    ["peers/ort_bench.py", "W1", "opt-int8", "mixed"],
  ]);
  assertStringIncludes(sorted[0].join(" "), "int8-bucket8 mixed");
  assertEquals(torch, []);
});

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { ProblemType } from "@taxon/decision";
import { encoderConfig } from "@taxon/model";
import { compareRuns } from "./compare_runs.ts";
import { describeComparison, describeFlips, describeLabels } from "./describe_comparison.ts";
import type { JudgedRun } from "./judged_run.ts";

const single = "single_label_classification";

/** A run that answers rows "text 1", "text 2", … with the scores given, [rows][labels]. */
function runOf(
  name: string,
  problemType: ProblemType,
  labels: readonly string[],
  truth: readonly (string | number)[],
  scores: readonly (readonly number[])[],
): JudgedRun {
  const examples = truth.map((answer, i) => {
    const source = { text: `text ${i + 1}`, file: `${name}.csv`, row: i + 2 };
    return typeof answer === "number"
      ? { ...source, labels: [], target: answer }
      : { ...source, labels: answer.split("+").filter((label) => label !== "") };
  });
  return {
    name,
    config: encoderConfig({ problemType, labels }),
    examples,
    scores: Float64Array.from(scores.flat()),
  };
}

const truth = ["ham", "ham", "spam", "spam"];
const half = runOf("half", single, ["ham", "spam"], truth, [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]]);
const better = runOf("better", single, ["spam", "ham"], truth, [[0.3, 0.7], [0.1, 0.9], [0.8, 0.2], [
  0.4,
  0.6,
]]);

Deno.test("compareRuns() compares by name where the labels have another order", async () => {
  const result = await compareRuns(half, better);
  assertEquals([result.first, result.second, result.rows], ["half", "better", 4]);
  const [accuracy, macroF1, ...more] = result.metrics;
  assertEquals([accuracy.metric, accuracy.first, accuracy.second], ["accuracy", 0.5, 0.75]);
  // half: both labels have 1 right, 1 false and 1 missed; better: ham 2 right and 1 false, spam 1 right and 1 missed
  assertEquals([macroF1.metric, macroF1.first, macroF1.second], ["macro_f1", 0.5, (4 / 5 + 2 / 3) / 2]);
  assertEquals(more, []);
  assertEquals(result.mcnemar, { onlyFirst: 0, onlySecond: 1, pValue: 1, method: "exact binomial" });
  assertEquals(result.perLabel?.map(({ label, support }) => [label, support]), [["ham", 2], ["spam", 2]]);
  assertEquals(result.broken, []);
  assertEquals(result.fixed, [
    { text: "text 2", textPair: undefined, truth: ["ham"], first: ["spam"], second: ["ham"] },
  ]);
});

Deno.test("compareRuns() has every label of a row right, or the row is wrong", async () => {
  const kind = "multi_label_classification";
  const labels = ["a", "b"];
  const some = runOf("some", kind, labels, ["a", "a+b", ""], [[0.9, 0.1], [0.9, 0.4], [0.6, 0]]);
  const all = runOf("all", kind, labels, ["a", "a+b", ""], [[0.9, 0.1], [0.5, 0.9], [0.1, 0]]);
  const { metrics, mcnemar, fixed } = await compareRuns(some, all);
  // some: a is right twice and once too often, b is missed once: micro-F1 is 2 · 2 / (2 · 2 + 1 + 1)
  assertEquals(metrics.map(({ metric, first, second }) => [metric, first, second]), [
    ["accuracy", 1 / 3, 1],
    ["macro_f1", 0.4, 1],
    ["micro_f1", 2 / 3, 1],
  ]);
  assertEquals(mcnemar?.onlySecond, 2);
  assertEquals(fixed?.map(({ truth, first }) => [truth, first]), [[["a", "b"], ["a"]], [[], ["a"]]]);
});

Deno.test("compareRuns() compares numbers by correlation, and leaves out what only labels have", async () => {
  const truth = [1, 2, 3, 4];
  const rising = runOf("rising", "regression", ["stars"], truth, [[1], [4], [9], [16]]);
  const falling = runOf("falling", "regression", ["LABEL_0"], truth, [[4], [3], [2], [1]]);
  const result = await compareRuns(rising, falling);
  const [pearson, spearman] = result.metrics;
  assertAlmostEquals(pearson.first, 25 / Math.sqrt(5 * 129), 1e-12); // Σ xy, Σ x², Σ y² about the means
  assertAlmostEquals(pearson.second, -1, 1e-12);
  assertAlmostEquals(spearman.difference, -2, 1e-12);
  assertEquals([result.mcnemar, result.perLabel, result.fixed, result.broken], Array(4).fill(undefined));
  assertEquals(describeLabels(result) + describeFlips(result, 5), "");
});

Deno.test("compareRuns() names a split by its content, not by its file or the way its lines end", async () => {
  const elsewhere = {
    ...better,
    examples: better.examples.map((example) => ({ ...example, file: "other.csv", row: 1 })),
  };
  const { sha256 } = await compareRuns(half, better);
  assertEquals((await compareRuns(half, elsewhere)).sha256, sha256);
  const other = (text: string) => ({ ...half, examples: half.examples.map((row) => ({ ...row, text })) });
  const windows = await compareRuns(other("a\r\nb"), other("a\nb"));
  assert(windows.sha256 !== sha256);
});

Deno.test("compareRuns() refuses runs of other questions or rows, and names the difference", async () => {
  const refusals: [JudgedRun, string][] = [
    [
      { ...better, config: encoderConfig({ labels: ["ham", "eggs"] }) },
      'Cannot compare half with better: only the one has the labels "spam", only the other "eggs"',
    ],
    [
      { ...better, config: encoderConfig({ labels: ["ham", "spam", "eggs"] }) },
      'only the one has the labels none, only the other "eggs"',
    ],
    [
      runOf("numbers", "regression", ["stars"], [1], [[1]]),
      "Cannot compare half with numbers: the one is for single_label_classification, the other for regression",
    ],
    [
      { ...better, examples: better.examples.slice(1) },
      "the one was measured on 4 rows, the other on 3; score both on the same rows with deno task compare --file",
    ],
    [
      { ...better, examples: better.examples.map((row, i) => i === 2 ? { ...row, labels: ["ham"] } : row) },
      'row 3 is ["text 3","",["spam"]] in the one, ["text 3","",["ham"]] in the other; score both',
    ],
  ];
  for (const [second, message] of refusals) {
    await assertRejects(() => compareRuns(half, second), Error, message);
  }
});

Deno.test("describeComparison() says whether a difference may be chance", async () => {
  const many = (right: number): JudgedRun =>
    runOf(
      `right ${right}`,
      single,
      ["ham", "spam"],
      Array.from({ length: 100 }, (_, i) => i % 2 ? "ham" : "spam"),
      Array.from({ length: 100 }, (_, i) => (i % 2 === 1) === (i < right) ? [1, 0] : [0, 1]),
    );
  const [low, same, high] = [many(50), many(51), many(80)];
  const verdict = async (a: JudgedRun, b: JudgedRun) =>
    describeComparison(await compareRuns(a, b)).split("\n").at(-1);
  assertEquals(await verdict(low, high), "right 80 is better than right 50 by 0.3000 macro_f1.");
  assertEquals(await verdict(high, low), "right 50 is worse than right 80 by 0.3000 macro_f1.");
  const near = await verdict(low, same);
  assertEquals(
    near,
    "right 51 and right 50 differ by 0.0100 macro_f1, which may be chance: the interval holds 0.",
  );
});

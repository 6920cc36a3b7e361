import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { namesIn, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv, toJsonl, toTsv } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

shareProcess("train", "evaluate");

const folder = await Deno.makeTempDir();
const model = `${folder}/model`;
const examples = smallExamples(240);

Deno.test.beforeAll(async () => {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(examples.slice(0, 180)));
  await Deno.writeTextFile(`${folder}/test.csv`, toCsv(examples.slice(180)));
  await Deno.writeTextFile(`${folder}/test.tsv`, toTsv(examples.slice(180)));
  const files = ["--train", `${folder}/train.csv`, "--test", `${folder}/test.csv`];
  await succeed("train", [...files, "--output", model, ...tinyFlags({ epochs: 4 })]);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

const metrics = ["accuracy", "macro_f1", "micro_f1", "weighted_f1", "mcc", "ece", "brier", "log_loss"];

Deno.test("evaluate finds the figures that train found on the test split, and the same baselines", async () => {
  const { stdout } = await succeed("evaluate", ["--model", model, "--data", `${folder}/test.csv`, "--json"]);
  const found = JSON.parse(stdout);
  const results = readJson(`${model}/all_results.json`);
  const expected = Object.fromEntries([
    ["rows", 60],
    ["truncated", 0],
    ...metrics.map((name) => [name, results[`test_${name}`]]),
    ...["majority", "linear"].flatMap((baseline) =>
      metrics.map((name) => [`baseline_${baseline}_${name}`, results[`baseline_${baseline}_${name}`]])
    ),
  ]);
  assertEquals(found, expected);
  assertEquals(Object.values(expected).filter((value) => typeof value !== "number"), []);
});

Deno.test("evaluate prints report, confusion matrix and calibration, and writes them with --output", async () => {
  const output = `${folder}/evaluation`;
  const columns = ["--no-header", "--text-column", "2", "--label-column", "1"];
  const { stdout, stderr } = await succeed("evaluate", [
    ...["--model", model, "--data", `${folder}/test.tsv`, ...columns, "--output", output],
  ]);
  assertMatch(stderr, /^backend: \w+ \(.*\)\n$/);
  const report = await Deno.readTextFile(`${model}/eval/classification_report.txt`);
  assertStringIncludes(stdout, report);
  assertMatch(
    stdout,
    /calibration: ECE \d\.\d\d(, \d\.\d\d at temperature 1)?, Brier score \d\.\d\d\n {2}On 60 rows, chance alone/,
  );
  assertEquals(namesIn(output), [
    "classification_report.txt",
    "confusion_matrix.json",
    "predictions.csv",
    "results.json",
  ]);
  assertEquals(await Deno.readTextFile(`${output}/classification_report.txt`), report);
  const { truth_by_predicted: matrix } = readJson(`${output}/confusion_matrix.json`);
  assertEquals(matrix.map((row: number[]) => row.reduce((a, b) => a + b)), [20, 20, 20]);
  const [head, ...rows] = parse(await Deno.readTextFile(`${output}/predictions.csv`));
  assertEquals([head.length, rows.length], [8, 60]);
  const right = rows.filter(([, , , truth, predicted]) => truth === predicted).length;
  assertEquals(right / 60, readJson(`${output}/results.json`).accuracy);

  const again = await runTask("evaluate", [
    "--model",
    model,
    "--data",
    `${folder}/test.csv`,
    "--output",
    output,
  ]);
  assertEquals(again.code, 2);
  assertMatch(again.stderr, /Cannot write to .*evaluation: it already holds .*; give another --output\n$/);
});

Deno.test("evaluate goes without baselines, saying so, where the training texts are gone", async () => {
  await Deno.rename(`${folder}/train.csv`, `${folder}/moved.csv`);
  try {
    const call = ["--model", model, "--data", `${folder}/test.csv`];
    const { stdout, stderr } = await succeed("evaluate", call);
    assertStringIncludes(stderr, `Warning: no baselines beside the result: Cannot read ${folder}/train.csv`);
    assert(!stdout.includes("linear on hashed n-grams"));
    const named = await succeed("evaluate", [...call, "--train", `${folder}/moved.csv`, "--json"]);
    assertEquals(
      JSON.parse(named.stdout).baseline_linear_macro_f1,
      readJson(`${model}/all_results.json`).baseline_linear_macro_f1,
    );
  } finally {
    await Deno.rename(`${folder}/moved.csv`, `${folder}/train.csv`);
  }
});

Deno.test("evaluate refuses a label that the model does not know, with file and row", async () => {
  await Deno.writeTextFile(`${folder}/other.csv`, "text,label\nrain,weather\nvote,politics\n");
  const { code, stdout, stderr } = await runTask("evaluate", [
    "--model",
    model,
    "--data",
    `${folder}/other.csv`,
  ]);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `${folder}/other.csv:3: label "politics" does not occur in the training data; known are "food", "sport", "weather"\n`,
  );
});

Deno.test("evaluate judges several labels at the thresholds of the run, and numbers by correlation", async () => {
  const several = examples.map(({ text, label }, i) => ({
    text,
    label: i % 4 ? [label] : [label, "fourth"],
  }));
  const numbers = examples.map(({ text }) => ({ text, label: text.length / 8 }));
  for (
    const [name, rows, metric] of [["several", several, "macro_f1"], ["numbers", numbers, "pearson"]] as const
  ) {
    await Deno.writeTextFile(`${folder}/${name}.jsonl`, toJsonl(rows.slice(0, 180)));
    await Deno.writeTextFile(`${folder}/${name}_test.jsonl`, toJsonl(rows.slice(180)));
    const run = `${folder}/${name}`;
    const files = ["--train", `${folder}/${name}.jsonl`, "--test", `${folder}/${name}_test.jsonl`];
    await succeed("train", [...files, "--output", run, ...tinyFlags({ epochs: 4 })]);
    const { stdout } = await succeed("evaluate", ["--model", run, "--data", files[3], "--json"]);
    const [found, results] = [JSON.parse(stdout), readJson(`${run}/all_results.json`)];
    for (const key of [metric, "baseline_linear_" + metric]) {
      assertEquals(typeof found[key], "number", key);
      assertEquals(found[key], results[key.startsWith("baseline") ? key : `test_${key}`], key);
    }
  }
});

Deno.test("evaluate reads the columns that the run was trained on, with baselines on other texts, too", async () => {
  const rows = examples.slice(0, 90).map(({ text, label }, id) => {
    const [subject, ...body] = text.split(" ");
    return { id, subject, body: body.join(" "), topic: label };
  });
  await Deno.writeTextFile(`${folder}/columns.jsonl`, toJsonl(rows));
  const run = `${folder}/columns`;
  const files = ["--train", `${folder}/columns.jsonl`, "--test", `${folder}/columns.jsonl`];
  const columns = ["--text-column", "subject,body", "--label-column", "topic"];
  await succeed("train", [...files, ...columns, "--output", run, ...tinyFlags({ epochs: 1 })]);
  const call = ["--model", run, "--data", `${folder}/columns.jsonl`];
  const { stdout, stderr } = await succeed("evaluate", [
    ...call,
    "--json",
    "--train",
    `${folder}/columns.jsonl`,
  ]);
  assertStringIncludes(stderr, "columns as in training: text subject,body; label topic\n");
  const [found, results] = [JSON.parse(stdout), readJson(`${run}/all_results.json`)];
  for (const key of ["macro_f1", "log_loss"]) assertEquals(found[key], results[`test_${key}`], key);
  assertEquals(found.baseline_linear_log_loss, results.baseline_linear_log_loss);
  const other = await succeed("evaluate", [...call, "--json", "--text-column", "body"]);
  assert(JSON.parse(other.stdout).log_loss !== found.log_loss);
});

Deno.test("evaluate takes labels for those of the model and leaves empty rows out, if asked", async () => {
  const rows = ["text,label", "rain,Weather ", "soup,food", ",food", "goal,"];
  await Deno.writeTextFile(`${folder}/messy.csv`, rows.join("\n"));
  const call = ["--model", model, "--data", `${folder}/messy.csv`];
  const { code, stderr } = await runTask("evaluate", [...call, "--skip-empty"]);
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    'messy.csv:2: label "Weather␣" does not occur in the training data; "weather" differs only by case or space: ' +
      "--merge-labels takes both for one\n",
  );
  const taken = await succeed("evaluate", [...call, "--skip-empty", "--merge-labels", "--json"]);
  assertEquals(JSON.parse(taken.stdout).rows, 2);
  assertStringIncludes(
    taken.stderr,
    `messy.csv: left out 2 rows: 1 without a label (line 5), 1 without a text (line 4)\n`,
  );
});

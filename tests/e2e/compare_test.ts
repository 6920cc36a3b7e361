import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inScratch, namesIn, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv, toJsonl } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

shareProcess("train", "compare");

const folder = await Deno.makeTempDir();
const examples = smallExamples(240);
const [short, long, other] = ["short", "long", "other"].map((name) => `${folder}/${name}`);

async function train(run: string, files: readonly string[], epochs: number): Promise<void> {
  await succeed("train", [...files, "--output", run, ...tinyFlags({ epochs })]);
}

Deno.test.beforeAll(async () => {
  const rows = toCsv(examples.slice(0, 180));
  await Deno.writeTextFile(`${folder}/train.csv`, rows);
  // Fields in quotes with quotes and line ends in them: the predictions must give them back as they were
  const test = examples.slice(180).map(({ text, label }) => `"he said ""${text}""\nthen left",${label}\n`);
  await Deno.writeTextFile(`${folder}/test.csv`, `text,label\n${test.join("")}`);
  await Deno.copyFile(`${folder}/test.csv`, `${folder}/copy.csv`);
  await Deno.writeTextFile(`${folder}/others.csv`, toCsv(examples.slice(150, 180)));
  await train(short, ["--train", `${folder}/train.csv`, "--test", `${folder}/test.csv`], 1);
  await train(long, ["--train", `${folder}/train.csv`, "--test", `${folder}/copy.csv`], 6);
  await train(other, ["--train", `${folder}/train.csv`, "--test", `${folder}/others.csv`], 1);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

Deno.test("compare finds the figures that train found, and what each model costs", async () => {
  const { stdout, stderr } = await succeed("compare", [short, long, "--json", "--examples", "2"]);
  assertMatch(stderr, /^backend: cpu \(.*\)\n$/);
  const { comparisons: [comparison, ...more], costs } = JSON.parse(stdout);
  assertEquals([comparison.first, comparison.second, comparison.rows, more], [short, long, 60, []]);
  const [before, now] = [short, long].map((run) => readJson(`${run}/all_results.json`));
  for (const { metric, first, second, difference, low, high } of comparison.metrics) {
    assertEquals([first, second], [before[`test_${metric}`], now[`test_${metric}`]], metric);
    assertEquals(difference, second - first);
    assert(low <= difference && difference <= high, `${low} ${difference} ${high}`);
  }
  const { onlyFirst, onlySecond } = comparison.mcnemar;
  assertEquals(onlySecond - onlyFirst, Math.round(60 * (now.test_accuracy - before.test_accuracy)));
  assertEquals(comparison.fixed.length, Math.min(2, onlySecond));
  assertEquals(comparison.perLabel.map(({ support }: { support: number }) => support), [20, 20, 20]);

  assertEquals(costs.map(({ run }: { run: string }) => run), [short, long]);
  for (const [i, results] of [before, now].entries()) {
    const { parameters, bytes, trainingSeconds, textsPerSecond } = costs[i];
    assertEquals(bytes, Deno.statSync(`${[short, long][i]}/model.safetensors`).size);
    assert(parameters * 4 < bytes && bytes < parameters * 4 + 10_000, `${parameters} in ${bytes} bytes`);
    assertEquals(trainingSeconds, results.train_runtime);
    assert(textsPerSecond > 0);
  }
});

Deno.test("compare --file scores the models anew, to the same figures on the same rows", async () => {
  const written = await succeed("compare", [short, long, "--json"]);
  const scored = await succeed("compare", [short, long, "--json", "--file", `${folder}/copy.csv`]);
  assertEquals(JSON.parse(scored.stdout).comparisons, JSON.parse(written.stdout).comparisons);
});

Deno.test("compare prints tables, texts that only one run has right, and the verdict", async () => {
  const { stdout } = await succeed("compare", [short, long, other, "--file", `${folder}/others.csv`]);
  for (const second of [long, other]) {
    assertMatch(stdout, new RegExp(`^${second} beside ${short}, 30 rows \\(sha256 [0-9a-f]{12}\\)$`, "m"));
    assertStringIncludes(stdout, `McNemar: only ${second} has `);
    assertMatch(stdout, new RegExp(`^Only ${second} is right: \\d+`, "m"));
  }
  const signed = "(?:0\\.0000|[+−]\\d\\.\\d{4})"; // what looks like 0 has no sign
  assertMatch(stdout, new RegExp(`^accuracy( +\\d\\.\\d{4}){2} +${signed} +${signed} to ${signed}$`, "m"));
  assertMatch(stdout, /^F1 by label +.*short +.*long +difference +rows$/m);
  assertMatch(stdout, /^ +parameters +weights, MB +training, s +texts a second$/m);
});

Deno.test("compare refuses runs that were measured on other rows, before it loads a model", async () => {
  const { code, stdout, stderr } = await runTask("compare", [short, other]);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `Cannot compare ${short} with ${other}: the one was measured on 60 rows, the other on 30; ` +
      "score both on the same rows with deno task compare --file\n",
  );
});

Deno.test("train --compare sets the new run beside another one, as compare would", async () => {
  const run = `${folder}/compared`;
  const files = ["--train", `${folder}/train.csv`, "--test", `${folder}/copy.csv`, "--output", run];
  const { stdout } = await succeed("train", [...files, "--compare", short, ...tinyFlags({ epochs: 6 })]);
  const text = await succeed("compare", [short, run, "--examples", "0"]);
  const section = text.stdout.slice(0, text.stdout.indexOf("\n\nF1 by label"));
  assertStringIncludes(section, `${run} beside ${short}, 60 rows`);
  assert(stdout.endsWith(`\n${section}\n`), stdout);
});

Deno.test("train refuses a run that it could not compare with before it trains", async () => {
  const run = `${folder}/never`;
  const files = ["--train", `${folder}/train.csv`, "--test", `${folder}/test.csv`, "--output", run];
  const { code, stderr } = await runTask("train", [...files, "--compare", other, ...tinyFlags()]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Cannot compare ${other} with this run: the one was measured on 30 rows`);
  assert(!namesIn(folder).includes("never"));
});

Deno.test("compare refuses predictions that are missing or were changed by hand", () =>
  inScratch(async (scratch) => {
    const run = `${scratch}/run`;
    await Deno.mkdir(`${run}/eval`, { recursive: true });
    for (const name of ["config.json", "tokenizer.json"]) {
      await Deno.copyFile(`${short}/${name}`, `${run}/${name}`);
    }
    const failsWith = async (reason: string) => {
      const { code, stderr } = await runTask("compare", [short, run]);
      assertEquals(code, 1);
      assertStringIncludes(stderr, `Cannot compare ${run}/eval/predictions.csv: ${reason}`);
    };
    await failsWith("no such file; finished runs of deno task train have it");
    const head = "row,text,text_pair,truth,predicted,score:food,score:sport,score:weather\n";
    for (
      const [rows, reason] of [
        ["", "expected rows under the columns row, text, text_pair, truth, predicted, score:food"],
        ["a.csv:2,x,,food\n", "row 1 has 4 fields, its head 8"],
        ["a.csv:2,x,,food,food,0.5,half,0.1\n", 'row 1 has "half" in place of a number'],
        ["a.csv:2,x,,food,food,0.5,,0.1\n", 'row 1 has "" in place of a number'],
        ["a.csv:2,x,,rain,food,0.5,0.4,0.1\n", 'row 1 has the label "rain", which the model does not know'],
      ]
    ) {
      await Deno.writeTextFile(`${run}/eval/predictions.csv`, head + rows);
      await failsWith(reason);
    }
  }));

Deno.test("compare takes several labels a text, and numbers", async () => {
  const several = examples.map(({ text, label }, i) => ({
    text,
    label: i % 4 ? [label] : [label, "fourth"],
  }));
  const numbers = examples.map(({ text }) => ({ text, label: text.length / 8 }));
  for (
    const [name, rows, metrics] of [
      ["several", several, ["accuracy", "macro_f1", "micro_f1"]],
      ["numbers", numbers, ["pearson", "spearman", "rmse", "mae"]],
    ] as const
  ) {
    const [run, copy] = [`${folder}/${name}`, `${folder}/${name}_copy`];
    await Deno.writeTextFile(`${run}.jsonl`, toJsonl(rows.slice(0, 120)));
    await Deno.writeTextFile(`${run}_test.jsonl`, toJsonl(rows.slice(180)));
    await train(run, ["--train", `${run}.jsonl`, "--test", `${run}_test.jsonl`], 4);
    await Deno.mkdir(`${copy}/eval`, { recursive: true });
    for (const file of ["config.json", "tokenizer.json", "model.safetensors", "eval/predictions.csv"]) {
      await Deno.copyFile(`${run}/${file}`, `${copy}/${file}`);
    }
    const { stdout } = await succeed("compare", [run, copy, "--json"]);
    const { comparisons: [comparison], costs } = JSON.parse(stdout);
    const results = readJson(`${run}/test_results.json`);
    assertEquals(
      comparison.metrics,
      metrics.map((metric) => {
        const value = results[`test_${metric}`];
        return { metric, first: value, second: value, difference: 0, low: 0, high: 0 };
      }),
    );
    assertEquals(costs[1].trainingSeconds, undefined); // the copy does not say
  }
});

Deno.test("compare --file reads for each model the columns that it was trained on", () =>
  inScratch(async (scratch) => {
    const rows = examples.slice(0, 60).map(({ text, label }, id) => ({
      id,
      title: "the",
      text,
      topic: label,
    }));
    const file = `${scratch}/rows.jsonl`;
    await Deno.writeTextFile(file, toJsonl(rows));
    const [one, two] = [`${scratch}/one`, `${scratch}/two`];
    const labels = ["--label-column", "topic"];
    await train(one, ["--train", file, "--test", file, ...labels], 1);
    await train(two, ["--train", file, "--test", file, ...labels, "--text-column", "title,text"], 1);
    const { stdout, stderr } = await succeed("compare", [one, two, "--file", file, "--json"]);
    assertStringIncludes(stderr, "columns as in training: label topic\n");
    assertStringIncludes(stderr, "columns as in training: text title,text; label topic\n");
    const { comparisons: [{ metrics, rows: count }] } = JSON.parse(stdout);
    const results = [one, two].map((run) => readJson(`${run}/all_results.json`));
    for (const { metric, first, second } of metrics) {
      assertEquals([first, second], results.map((result) => result[`test_${metric}`]), metric);
    }
    assertEquals(count, 60);
    const unnamed = await succeed("compare", [two, short, "--file", file, "--json"]); // short: texts in text, labels in label
    assertEquals(JSON.parse(unnamed.stdout).comparisons[0].rows, 60);
    await Deno.writeTextFile(file, toJsonl([...rows, { id: 61, title: "only", text: "", topic: "food" }]));
    const { code, stderr: refusal } = await runTask("compare", [one, two, "--file", file, "--skip-empty"]);
    assertEquals(code, 1);
    assertStringIncludes(refusal, "not the same rows of");
  }));

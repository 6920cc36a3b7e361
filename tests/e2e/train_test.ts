import { decodeSafetensors } from "@taxon/safetensors";
import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { inScratch, namesIn, parseLines, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { shareProcess, succeed } from "../support/task.ts";

shareProcess("train");

const examples = smallExamples(240);

/** Trains on CSV files with all three splits. */
async function trainAll(folder: string, extra: string[] = []) {
  const splits = { train: examples.slice(0, 150), eval: examples.slice(150, 195), test: examples.slice(195) };
  const files = [];
  for (const [name, rows] of Object.entries(splits)) {
    await Deno.writeTextFile(`${folder}/${name}.csv`, toCsv(rows));
    files.push(`--${name}`, `${folder}/${name}.csv`);
  }
  const run = `${folder}/run`;
  const output = await succeed("train", [...files, "--output", run, ...tinyFlags({ epochs: 8 }), ...extra]);
  return { run, ...output };
}

Deno.test("train leaves a run folder with model, tokenizer, state, results and model card", () =>
  inScratch(async (folder) => {
    const { run } = await trainAll(folder);
    const checkpoints = namesIn(run).filter((name) => name.startsWith("checkpoint-"));
    assertEquals(namesIn(run).filter((name) => !checkpoints.includes(name)), [
      "README.md",
      "all_results.json",
      "config.json",
      "eval",
      "eval_results.json",
      "metrics.jsonl",
      "model.safetensors",
      "report.html",
      "runs",
      "test_results.json",
      "tokenizer.json",
      "tokenizer_config.json",
      "train_results.json",
      "trainer_state.json",
      "training_args.json",
      "training_data.json",
    ]);
    assertEquals(namesIn(`${run}/eval`), [
      "calibration.json",
      "classification_report.txt",
      "confusion_matrix.json",
      "predictions.csv",
    ]);
    assertEquals(namesIn(`${run}/${checkpoints[0]}`), [
      "config.json",
      "model.safetensors",
      "optimizer.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
      "trainer_state.json",
    ]);

    const results = readJson(`${run}/all_results.json`);
    for (const name of ["test_accuracy", "test_macro_f1", "baseline_linear_macro_f1", "train_runtime"]) {
      assertEquals(typeof results[name], "number", name);
    }
    assertEquals(results.baseline_majority_accuracy, 1 / 3); // the topics take turns
    assertEquals(results.baseline_majority_macro_f1, (2 * (1 / 3) / (1 / 3 + 1)) / 3); // one class has P = ⅓, R = 1
    assertGreater(results.test_accuracy, 0.8);
    assertGreater(results.baseline_linear_accuracy, 0.8);

    const state = readJson(`${run}/trainer_state.json`);
    assertEquals(state.global_step, 80); // 8 epochs of ⌈150 / 16⌉ steps
    assert(checkpoints.includes(state.best_model_checkpoint), "the best checkpoint stays");
    const [finished, best] = await Promise.all(
      [run, `${run}/${state.best_model_checkpoint}`].map(async (folder) => {
        return decodeSafetensors(await Deno.readFile(`${folder}/model.safetensors`)).tensors;
      }),
    );
    assertEquals(finished.get("embedding.weight"), best.get("embedding.weight"));
    const added = [...finished.keys()].filter((name) => !best.has(name)).sort();
    assertEquals(added, ["ngrams.bias", "ngrams.buckets", "ngrams.idf", "ngrams.weight"]);
    const metrics = parseLines(await Deno.readTextFile(`${run}/metrics.jsonl`));
    assertEquals(metrics, state.log_history);
    const bestValue = Math.max(...metrics.flatMap(({ eval_macro_f1 }) => eval_macro_f1 ?? []));
    assertEquals(state.best_metric, bestValue);
    assertEquals(readJson(`${run}/training_args.json`).epochs, 8);

    const card = await Deno.readTextFile(`${run}/README.md`);
    assertMatch(card, /^---\nlibrary_name: taxon\npipeline_tag: text-classification\n/);
    assertStringIncludes(card, `| macro_f1 | ${results.test_macro_f1.toFixed(4)} |`);
    const bins = readJson(`${run}/eval/calibration.json`).bins;
    assertEquals(bins.reduce((sum: number, { count }: { count: number }) => sum + count, 0), 45);
  }));

Deno.test("train keeps the last epoch's weights if asked, though an earlier one was as good", () =>
  inScratch(async (folder) => {
    const { run } = await trainAll(folder, ["--keep", "last", "--no-ngrams"]);
    const { best_model_checkpoint, log_history } = readJson(`${run}/trainer_state.json`);
    const values: number[] = log_history.flatMap(({ eval_macro_f1 }: { eval_macro_f1?: number }) => {
      return eval_macro_f1 ?? [];
    });
    assert(values.indexOf(Math.max(...values)) < values.length - 1, `${values}`); // else both choices agree
    assertEquals(best_model_checkpoint, "checkpoint-80");
    assertEquals(
      await Deno.readFile(`${run}/model.safetensors`),
      await Deno.readFile(`${run}/checkpoint-80/model.safetensors`),
    );
  }));

Deno.test("train says first on what it computes and last how to serve, and prints only results to standard output", () =>
  inScratch(async (folder) => {
    const { run, stdout, stderr } = await trainAll(folder);
    const lines = stderr.trimEnd().split("\n");
    assertMatch(lines[0], /^backend: \w+ \(.+\)$/);
    assertMatch(lines[1], /^model: 1 layers, 16 features, 2 heads of 8, \d+ tokens; [\d,]+ parameters$/);
    assertEquals(lines.slice(2, 4), ["seed: 7", `run: ${run}`]);
    assert(lines.some((line) => /^Epoch 8\/8: 100% 10\/10 \[.*it\/s, loss=\d/.test(line)), stderr);
    assertEquals(lines.slice(-2), ["Serve it with:", `  deno task serve --model ${run}`]);

    assertMatch(
      stdout,
      /^\s*The encoder('s share| has no say) in the .*\.\n\nResults on the test split \(45 rows\)\n/,
    );
    assertMatch(stdout, /precision +recall +f1-score +support/);
    assertMatch(
      stdout,
      /linear on hashed n-grams +[01]\.\d{4} +[01]\.\d{4}\nmajority class +0\.3333 +0\.1667\n/,
    );
    assertMatch(
      stdout,
      /\n(This model|The linear baseline) is .* \(95 % interval [+−]?0\.\d\d to [+−]?0\.\d\d, 45 rows\)\.\n/,
    );
    assert(!/backend:|Epoch|Serve it/.test(stdout), stdout);
  }));

Deno.test("train --json prints one line with what all_results.json holds, and --quiet nothing else", () =>
  inScratch(async (folder) => {
    const { run, stdout, stderr } = await trainAll(folder, ["--json", "--quiet"]);
    assertEquals(JSON.parse(stdout), { run, ...readJson(`${run}/all_results.json`) });
    assertEquals([stdout.split("\n").length, stderr], [2, ""]);
  }));

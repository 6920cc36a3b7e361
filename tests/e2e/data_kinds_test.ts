import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { configFromJson, type EncoderClassifierConfig } from "@taxon/model";
import { inScratch, namesIn, parseLines, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toJsonl } from "../support/small_data.ts";
import { shareProcess, succeed } from "../support/task.ts";

shareProcess("train", "predict");

const examples = smallExamples(90);

async function train(
  folder: string,
  args: string[],
): Promise<{ run: string; stdout: string; stderr: string }> {
  const run = `${folder}/run`;
  return { run, ...await succeed("train", [...args, "--output", run, ...tinyFlags({ epochs: 6 })]) };
}

async function configOf(run: string): Promise<EncoderClassifierConfig> {
  return configFromJson(await Deno.readTextFile(`${run}/config.json`));
}

/** The JSON files of a run that hold a null: what JSON makes of NaN and of infinities. */
function filesWithNull(run: string): string[] {
  const files = namesIn(run).filter((name) => /\.jsonl?$/.test(name) && !name.startsWith("tokenizer"));
  return files.filter((name) => /\bnull\b/.test(Deno.readTextFileSync(`${run}/${name}`)));
}

Deno.test("train reads columns by number from a TSV file without header, in which quotes are letters", () =>
  inScratch(async (folder) => {
    const rows = examples.map(({ text, label }, i) => `${label}\tx\t${i === 4 ? `"${text}` : text}\n`);
    await Deno.writeTextFile(`${folder}/rows.tsv`, rows.join(""));
    const columns = ["--no-header", "--text-column", "3", "--label-column", "1"];
    const { run, stderr } = await train(folder, ["--train", `${folder}/rows.tsv`, ...columns]);
    assertEquals((await configOf(run)).labels, ["food", "sport", "weather"]);
    assertStringIncludes(stderr, "train: 81 rows\n");
    assertStringIncludes(stderr, "eval: 9 rows\n  rows per label: food 3, sport 3, weather 3\n"); // carved off
    assertEquals(readJson(`${run}/all_results.json`).train_samples, 81);
    assertEquals(filesWithNull(run), []);
  }));

Deno.test("train reads several labels a text from JSON Lines, tunes thresholds, and predict applies them", () =>
  inScratch(async (folder) => {
    const rows = examples.map(({ text, label }, i) => {
      const next = examples[(i + 1) % examples.length];
      return i % 3 === 0
        ? { text: `${text} ${next.text}`, label: [label, next.label] }
        : { text, label: [label] };
    });
    rows[7].label = [];
    await Deno.writeTextFile(`${folder}/rows.jsonl`, toJsonl(rows));
    const { run, stderr } = await train(folder, ["--train", `${folder}/rows.jsonl`]);
    assertMatch(
      stderr,
      /^problem type: multi_label_classification \(.*rows\.jsonl:1 has a list of labels\)$/m,
    );
    const config = await configOf(run);
    assertEquals([config.problemType, config.thresholds?.length], ["multi_label_classification", 3]);
    assertEquals(typeof readJson(`${run}/all_results.json`).baseline_linear_macro_f1, "number");
    assertEquals(filesWithNull(run), []);

    const raised = { ...readJson(`${run}/config.json`), thresholds: [0, 1, 0.5] };
    await Deno.writeTextFile(`${run}/config.json`, JSON.stringify(raised));
    const { stdout } = await succeed("predict", ["--model", run, "--format", "jsonl", "soup and bread"]);
    const [{ labels, scores }] = parseLines(stdout);
    assertEquals(labels, scores.weather >= 0.5 ? ["food", "weather"] : ["food"]); // from 0 on always, from 1 on never
  }));

Deno.test("train splits a label field at --label-separator", () =>
  inScratch(async (folder) => {
    const rows = examples.map(({ text, label }, i) => `${text}\t${i % 2 ? label : `${label}, odd`}\n`);
    await Deno.writeTextFile(`${folder}/rows.tsv`, `text\tlabel\n${rows.join("")}`);
    const { run } = await train(folder, ["--train", `${folder}/rows.tsv`, "--label-separator", ","]);
    assertEquals((await configOf(run)).labels, ["food", "odd", "sport", "weather"]);
  }));

/** How often a text speaks of food; a fraction, so that it is taken for a number and not for a class. */
const amount = (text: string) => text.split(" ").length + 0.5;

Deno.test("train learns numbers from JSON Lines, judges by correlation, and predict answers the value", () =>
  inScratch(async (folder) => {
    const rows = smallExamples(300).map(({ text }) => ({ text, label: amount(text) / 4 }));
    await Deno.writeTextFile(`${folder}/rows.jsonl`, toJsonl(rows));
    const { run, stdout } = await train(folder, ["--train", `${folder}/rows.jsonl`]);
    const results = readJson(`${run}/all_results.json`);
    assertGreater(results.eval_pearson, 0.5);
    assertGreater(results.eval_spearman, 0.5);
    assert(!("baseline_majority_pearson" in results), "a mean has no correlation");
    assertEquals(typeof results.baseline_majority_mse, "number");
    assertEquals(filesWithNull(run), []);
    assertMatch(stdout, /\nmean {22} +– +\d+\.\d{4} +\d+\.\d{4}\n/);

    const predicted = await succeed("predict", [
      "--model",
      run,
      "--format",
      "jsonl",
      "today",
      "we had a very nice old match again",
    ]);
    const [short, long] = parseLines(predicted.stdout);
    assertEquals(Object.keys(short), ["label", "score", "scores", "truncated"]);
    assertEquals([short.label, short.scores], ["score", { score: short.score }]);
    assertGreater(long.score, short.score);
  }));

Deno.test("train leaves out correlations that do not exist, and says so", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/train.jsonl`,
      toJsonl(examples.map(({ text }, i) => ({ text, label: i / 9 }))),
    );
    const same = examples.slice(0, 10).map(({ text }) => ({ text: `${text} once more`, label: 0.7 }));
    await Deno.writeTextFile(`${folder}/eval.jsonl`, toJsonl(same));
    const { run, stdout, stderr } = await train(folder, [
      "--train",
      `${folder}/train.jsonl`,
      "--eval",
      `${folder}/eval.jsonl`,
    ]);
    assertStringIncludes(stdout, "There is no Pearson correlation to compare");
    assertStringIncludes(stderr, "eval pearson undefined");
    assertEquals(filesWithNull(run), []);
    const results = readJson(`${run}/all_results.json`);
    assertEquals(["eval_pearson" in results, typeof results.eval_mse], [false, "number"]);
    assertEquals(readJson(`${run}/trainer_state.json`).best_global_step, 6); // of the first epoch: none is better
  }));

Deno.test("train reads a folder for each label", () =>
  inScratch(async (folder) => {
    for (const [i, { text, label }] of examples.entries()) {
      await Deno.mkdir(`${folder}/texts/${label}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/texts/${label}/${i}.txt`, `${text}\nand a second line`);
    }
    await Deno.writeFile(`${folder}/texts/food/.thumbnails`, Uint8Array.of(0, 255));
    const { run, stderr } = await train(folder, ["--train", `${folder}/texts`]);
    assertEquals((await configOf(run)).labels, ["food", "sport", "weather"]);
    assertStringIncludes(stderr, "train: 81 rows\n");
  }));

Deno.test("train reads pairs of texts, and predict takes the second one with --text-pair", () =>
  inScratch(async (folder) => {
    const rows = examples.map(({ text }, i) => ({
      text,
      text_pair: examples[i % 2 ? i : (i + 1) % examples.length].text,
      label: i % 2 ? "same" : "other",
    }));
    await Deno.writeTextFile(`${folder}/rows.jsonl`, toJsonl(rows));
    const { run } = await train(folder, ["--train", `${folder}/rows.jsonl`]);
    assertEquals((await configOf(run)).typeVocabSize, 2);
    const classify = async (pair: string) =>
      (await succeed("predict", ["--model", run, "--format", "jsonl", "--text-pair", pair, "rain today"]))
        .stdout;
    assert(await classify("rain today") !== await classify("some old soup"), "the second text must matter");
  }));

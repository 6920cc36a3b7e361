import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { root } from "../support/repository.ts";
import { inScratch, namesIn, readJson, sha256 } from "../support/scratch.ts";
import { smallExamples, toCsv } from "../support/small_data.ts";
import { runTask, startTask, succeed } from "../support/task.ts";

const bert = decodeURIComponent(new URL("tests/golden/hf/bert_e2e", root).pathname);

/** What costs much is tried on two of the five folds: 24 of 60 rows. */
const TWO_FOLDS = ["--budget", "0"];

/** Files of 60 rows to train on, and 30 to test. */
async function smallFiles(folder: string): Promise<string[]> {
  const examples = smallExamples(90);
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(examples.slice(0, 60)));
  await Deno.writeTextFile(`${folder}/test.csv`, toCsv(examples.slice(60)));
  return ["--train", `${folder}/train.csv`, "--threads", "1", "--max-length", "32"];
}

Deno.test("train compares recipes on few rows out of fold, and keeps a model of all rows", () =>
  inScratch(async (folder) => {
    const data = await smallFiles(folder);
    const run = `${folder}/run`;
    const { stdout, stderr } = await succeed("train", [...data, ...TWO_FOLDS, "--output", run]);
    assertStringIncludes(
      stdout,
      "Recipes were compared by log loss on 24 training rows, each answered by a model that was trained without it.",
    );
    for (const name of ["linear", "scratch", "scratch + n-grams"]) {
      assertMatch(stdout, new RegExp(`^${name.replace("+", "\\+")}( \\*)? +\\d\\.\\d\\d`, "m"));
    }
    assertMatch(stdout, /^Results on training rows, out of fold \((24|60) rows\)$/m);
    assertStringIncludes(stdout, "These rows also decided the temperature and the choice of the recipe");
    assertMatch(stderr, /^train: 60 rows$/m);
    const results = readJson(`${run}/all_results.json`);
    const compared = results.recipes as {
      recipe: string;
      rows: number;
      out_of_fold: boolean;
      loss: number;
    }[];
    assertEquals(compared.map(({ recipe, rows, out_of_fold }) => [recipe, rows, out_of_fold]), [
      ["linear", 24, true],
      ["scratch", 24, true],
      ["scratch + n-grams", 24, true],
    ]);
    const chosen = compared.find(({ recipe }) => recipe === results.recipe)!;
    const least = Math.min(...compared.map(({ loss }) => loss));
    assert(chosen.loss <= 1.01 * least, `${chosen.loss} ${least}`);
    assertEquals(results.train_samples, 60);
    for (const file of ["README.md", "report.html"]) {
      assertStringIncludes(await Deno.readTextFile(`${run}/${file}`), "Choice of the recipe");
    }
  }));

Deno.test("models of the recipes linear and frozen answer in predict, evaluate, explain and export", () =>
  inScratch(async (folder) => {
    const data = await smallFiles(folder);
    const test = ["--test", `${folder}/test.csv`];
    for (const recipe of [["linear"], ["frozen", "--from", bert]]) {
      const run = `${folder}/${recipe[0]}`;
      await succeed("train", [...data, ...test, "--recipe", ...recipe, "--output", run]);
      const { test_accuracy } = readJson(`${run}/all_results.json`);
      const { stdout } = await succeed("evaluate", [
        "--model",
        run,
        "--data",
        `${folder}/test.csv`,
        "--json",
      ]);
      assertEquals(JSON.parse(stdout).accuracy, test_accuracy);
      await succeed("predict", ["--model", run, "soup and bread"]);
      const page = ["--out", `${folder}/${recipe[0]}.html`];
      await succeed("visualize", ["--model", run, ...page, "soup and bread"]);
      await succeed("export", ["--model", run, "--output", `${folder}/${recipe[0]}-onnx`]);
    }
  }));

Deno.test("train killed with kill -9 while recipes are compared, or after, goes on to the same bits", () =>
  inScratch(async (folder) => {
    const data = [...await smallFiles(folder), "--from", bert, "--recipe", "fine-tune", ...TWO_FOLDS];
    const [whole, run] = [`${folder}/whole`, `${folder}/run`];
    await succeed("train", [...data, "--output", whole]);
    const first = startTask("train", [...data, "--output", run]);
    await until(() => namesIn(run).includes("recipe_answers.json"));
    first.kill("SIGKILL");
    assertEquals((await first.ended).signal, "SIGKILL");
    const again = startTask("train", ["--output", run, "--resume"]);
    await again.until(/training the baselines/);
    again.kill("SIGKILL");
    assertEquals((await again.ended).signal, "SIGKILL");
    await succeed("train", ["--output", run, "--resume"]);
    for (const file of ["model.safetensors", "config.json", "recipe_answers.json"]) {
      assertEquals(await sha256(`${run}/${file}`), await sha256(`${whole}/${file}`), file);
    }
  }));

/** Waits for what a task does to its folder. */
async function until(holds: () => boolean): Promise<void> {
  for (;;) {
    try {
      if (holds()) return;
    } catch {
      // the folder is not there yet
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("train leaves out what the budget has no room for, and says what it would take", () =>
  inScratch(async (folder) => {
    const data = await smallFiles(folder);
    const { stdout } = await succeed("train", [
      ...data,
      ...["--from", bert, "--budget", "0", "--output", `${folder}/run`],
    ]);
    assertMatch(stdout, /^Left out: fine-tune, about 0\.\d minutes; --budget 2 tries it\.$/m);
    assertEquals(
      (readJson(`${folder}/run/all_results.json`).recipes as { recipe: string }[]).map(({ recipe }) => recipe)
        .sort(),
      ["frozen", "frozen + n-grams", "linear"],
    );
  }));

Deno.test("train refuses rows of which none can be held out, and a figure that the problem does not have", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/two.csv`, "text,label\nsoup,food\ngoal,sport\n");
    const two = await runTask("train", ["--train", `${folder}/two.csv`, "--output", `${folder}/run`]);
    assertEquals(two.code, 2);
    assertStringIncludes(
      two.stderr,
      "Cannot judge a model on 2 rows: no label has two different texts; give more",
    );
    const data = await smallFiles(folder);
    const { code, stderr } = await runTask("train", [
      ...data,
      ...["--problem-type", "multi_label_classification", "--metric", "mcc", "--output", `${folder}/other`],
    ]);
    assertEquals(code, 2);
    assertStringIncludes(
      stderr,
      "Cannot use --metric mcc for several labels a text: choose log_loss, macro_f1",
    );
  }));

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { root } from "../support/repository.ts";
import { inScratch, parseLines, readJson, sha256 } from "../support/scratch.ts";
import { smallExamples, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, startTask, succeed } from "../support/task.ts";

shareProcess("train", "pretrain");

const bert = decodeURIComponent(new URL("tests/golden/hf/bert_e2e", root).pathname);
const tiny = [
  "--model-size",
  "16",
  "--heads",
  "2",
  "--head-dim",
  "8",
  "--feed-forward-size",
  "32",
  "--layers",
  "1",
];

/** A file with a small text a line, and arguments of `pretrain` for it. */
async function pretraining(folder: string, more: readonly string[]): Promise<string[]> {
  const texts = smallExamples(300).map(({ text }) => text);
  await Deno.writeTextFile(`${folder}/texts.txt`, texts.join("\n") + "\n");
  return ["--train", `${folder}/texts.txt`, "--threads", "1", "--lr", "0.01", ...more];
}

Deno.test("pretrain learns from lines of text, resumes to the same bits, and train --from takes the result", () =>
  inScratch(async (folder) => {
    const args = await pretraining(folder, [...tiny, "--vocab-size", "200", "--epochs", "12"]);
    const [whole, run] = [`${folder}/whole`, `${folder}/run`];
    await succeed("pretrain", [...args, "--output", whole]);
    const perplexities = parseLines(await Deno.readTextFile(`${whole}/metrics.jsonl`))
      .flatMap(({ eval_perplexity }) => eval_perplexity ?? []);
    assertEquals(perplexities.length, 12);
    assert(perplexities[11] < 0.8 * perplexities[0], `perplexity ${perplexities}`);
    assertEquals(readJson(`${whole}/all_results.json`).eval_perplexity, perplexities[11]);

    const task = startTask("pretrain", [...args, "--output", run]);
    await task.until(/^epoch 2\/12/m);
    task.kill("SIGINT");
    const { code, stderr } = await task.ended;
    assertEquals(code, 130);
    assertMatch(
      stderr,
      /^Saved .*checkpoint-\d+\nGo on with: deno task pretrain --train \S+ --output \S+ --resume --backend cpu$/m,
    );
    await succeed("pretrain", [...args, "--output", run, "--resume"]);
    for (const file of ["model.safetensors", "metrics.jsonl"]) {
      assertEquals(await sha256(`${run}/${file}`), await sha256(`${whole}/${file}`));
    }

    await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(60)));
    const trained = await succeed("train", [
      ...[
        "--train",
        `${folder}/train.csv`,
        "--from",
        whole,
        "--epochs",
        "1",
        "--output",
        `${folder}/classifier`,
      ],
    ]);
    assertStringIncludes(trained.stderr, "new: head.weight, head.bias");
    const unusable = await runTask("predict", ["--model", whole, "soup"]);
    assertEquals(unusable.code, 1);
    assertStringIncludes(unusable.stderr, "head.weight [2, 16] is missing");
  }));

Deno.test("pretrain goes on from a folder of Hugging Face with texts of a CSV file, and leaves it whole where --overwrite diverges", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/texts.csv`, toCsv(smallExamples(60)));
    const run = `${folder}/run`;
    const args = ["--train", `${folder}/texts.csv`, "--from", bert, "--epochs", "1", "--output", run];
    const { stdout } = await succeed("pretrain", [...args, "--json"]);
    assert(JSON.parse(stdout).eval_perplexity > 1);
    assertEquals(
      await sha256(`${run}/model.safetensors`) === await sha256(`${bert}/model.safetensors`),
      false,
    );
    const more = ["--train", `${folder}/texts.csv`, "--epochs", "1", "--output", `${folder}/classifier`];
    await succeed("train", ["--from", run, ...more]);
    const before = await sha256(`${run}/model.safetensors`);
    const diverged = await runTask("pretrain", [...args, "--overwrite", "--lr", "1e30"]);
    assertEquals(diverged.code, 1);
    assertStringIncludes(diverged.stderr, `it takes the place of ${run} when it is finished\n`);
    assertStringIncludes(diverged.stderr, `${run} still holds what was there before\nStopped a`);
    assertEquals(await sha256(`${run}/model.safetensors`), before);
  }));

Deno.test("pretrain refuses files without texts, and sizes that a model brings along", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/one.txt`, "only this\n\n");
    const one = await runTask("pretrain", ["--train", `${folder}/one.txt`, "--output", `${folder}/run`]);
    assertEquals(one.code, 2);
    assertStringIncludes(one.stderr, "it holds 1 texts; at least 2 are needed");
    const clash = await runTask("pretrain", [
      "--train",
      `${folder}/one.txt`,
      "--from",
      bert,
      "--layers",
      "3",
    ]);
    assertEquals(clash.code, 2);
    assertStringIncludes(
      clash.stderr,
      `Cannot use --layers with --from: ${bert} says it; leave the flag out`,
    );
  }));

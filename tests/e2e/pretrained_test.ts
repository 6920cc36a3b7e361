import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decodeSafetensors } from "@taxon/safetensors";
import { root } from "../support/repository.ts";
import { inScratch, parseLines, readJson } from "../support/scratch.ts";
import { startServer } from "../support/server.ts";
import { smallExamples, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

shareProcess("train");

const golden = decodeURIComponent(new URL("tests/golden/hf", root).pathname);
const bert = `${golden}/bert_e2e`;
const [recorded] = readJson(`${bert}/texts.json`).single
  .filter(({ text }: { text: string }) => text === "How far is it?");
const expected: { label: string; score: number }[] = recorded.softmax;

Deno.test("predict and serve give the scores of Hugging Face's pipeline for its own folder", async () => {
  const { stdout } = await succeed("predict", ["--model", bert, "--format", "jsonl", recorded.text]);
  const [{ scores }] = parseLines(stdout);
  for (const { label, score } of expected) assertAlmostEquals(scores[label], score, 1e-6);

  await using server = await startServer(["--model", bert]);
  const response = await fetch(`${server.url}/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: recorded.text, parameters: { top_k: 6 } }),
  });
  const answers: typeof expected = (await response.json()).flat();
  assertEquals(answers.map(({ label }) => label), expected.map(({ label }) => label));
  for (const [i, { score }] of answers.entries()) assertAlmostEquals(score, expected[i].score, 1e-6);
  server.stop();
  await server.ended;
});

/** `train --from` on small sentences. */
async function fineTune(folder: string, from: string, more: string[] = []) {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(120)));
  const run = `${folder}/run`;
  const args = ["--train", `${folder}/train.csv`, "--from", from, "--output", run, "--threads", "1"];
  return { run, ...await runTask("train", [...args, "--epochs", "2", "--lr", "0.01", ...more]) };
}

Deno.test("train --from goes on from a folder of Hugging Face with a new head, and leaves a run like any other", () =>
  inScratch(async (folder) => {
    const { run, code, stderr } = await fineTune(folder, bert);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "39 tensors; new: head.weight, head.bias; 2 tensors left out");
    const { hidden_size, id2label, classifier_dropout } = readJson(`${run}/config.json`);
    assertEquals([hidden_size, classifier_dropout], [32, 0.1]);
    assertEquals(id2label, { 0: "food", 1: "sport", 2: "weather" });
    const { lr, epochs, tokenDropout, from } = readJson(`${run}/training_args.json`);
    assertEquals([lr, epochs, tokenDropout, from], [0.01, 2, 0, bert]);

    const tensors = (file: string) => decodeSafetensors(Deno.readFileSync(file)).tensors;
    const [before, after] = [tensors(`${bert}/model.safetensors`), tensors(`${run}/model.safetensors`)];
    const weight = "bert.embeddings.word_embeddings.weight";
    const trained = new Float32Array(after.get(weight)!.bytes.slice().buffer);
    const start = new Float32Array(
      before.get(weight)!.bytes.slice().buffer,
    );
    const moved = trained.filter((value, i) => value !== start[i]).length;
    assert(moved > 0, "the encoder was not trained");
    assert(trained.every((value, i) => Math.abs(value - start[i]) < 0.5), "the encoder was made anew");

    const text = "soup and bread for dinner";
    const { stdout } = await succeed("predict", ["--model", run, "--format", "jsonl", text]);
    assertEquals(Object.keys(parseLines(stdout)[0].scores), ["food", "sport", "weather"]);
    const evaluated = await succeed("evaluate", ["--model", run, "--data", `${folder}/train.csv`, "--json"]);
    assert(JSON.parse(evaluated.stdout));
    const again = await runTask("train", ["--output", run, "--resume"]);
    assertStringIncludes(again.stderr, "is finished");
  }));

Deno.test("--pooling cls makes of a sentence-transformers folder a classifier that Python's transformers knows", () =>
  inScratch(async (folder) => {
    const sentence = `${folder}/sentence`;
    Deno.mkdirSync(`${sentence}/1_Pooling`, { recursive: true });
    for (const name of ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]) {
      Deno.copyFileSync(`${bert}/${name}`, `${sentence}/${name}`);
    }
    const modules = [{ path: "", type: "a.Transformer" }, { path: "1_Pooling", type: "a.Pooling" }];
    Deno.writeTextFileSync(`${sentence}/modules.json`, JSON.stringify(modules));
    Deno.writeTextFileSync(`${sentence}/1_Pooling/config.json`, '{"pooling_mode_mean_tokens":true}');

    const { run, code, stderr } = await fineTune(folder, sentence, ["--pooling", "cls"]);
    assertEquals(code, 0, stderr);
    const { architectures } = readJson(`${run}/config.json`);
    assertEquals(architectures, ["BertForSequenceClassification"]);
    assertEquals(readJson(`${run}/training_args.json`).pooling, "cls");
    const byMean = await fineTune(folder, sentence, ["--overwrite"]);
    assertEquals(byMean.code, 0, byMean.stderr);
    assertEquals(readJson(`${run}/config.json`).architectures, ["TaxonEncoderForSequenceClassification"]);
  }));

Deno.test("train --from refuses flags that the model answers itself, and folders that hold no model", () =>
  inScratch(async (folder) => {
    const clash = await fineTune(folder, bert, ["--layers", "3"]);
    assertEquals(clash.code, 2);
    assertStringIncludes(
      clash.stderr,
      `Cannot use --layers with --from: ${bert} says it; leave the flag out`,
    );
    const missing = await fineTune(folder, `${folder}/nothing`);
    assertEquals(missing.code, 2);
    assertStringIncludes(missing.stderr, `Cannot use the model ${folder}/nothing: there is no such folder`);
    await Deno.mkdir(`${folder}/empty`);
    const empty = await fineTune(folder, `${folder}/empty`);
    assertEquals(empty.code, 1);
    assertMatch(empty.stderr, /Cannot load .*\/empty\/[a-z]+\.json: no such file or folder/);
  }));

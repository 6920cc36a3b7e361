import { assertEquals, assertStringIncludes } from "@std/assert";
import { decodeSafetensors } from "@taxon/safetensors";
import { root } from "../support/repository.ts";
import { inScratch, sha256 } from "../support/scratch.ts";
import { smallExamples, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, startTask, succeed } from "../support/task.ts";

shareProcess("train");

const bert = decodeURIComponent(new URL("tests/golden/hf/bert_e2e", root).pathname);

/** Arguments of `train --from` on small sentences. */
async function fineTuning(folder: string, more: readonly string[]): Promise<string[]> {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(120)));
  return ["--train", `${folder}/train.csv`, "--from", bert, "--threads", "1", "--lr", "0.01", ...more];
}

function weights(folder: string): Map<string, Uint8Array> {
  const { tensors } = decodeSafetensors(Deno.readFileSync(`${folder}/model.safetensors`));
  return new Map([...tensors].map(([name, { bytes }]) => [name, bytes.slice()]));
}

/** Those of some tensors of a run, one of each kind, that differ from those it started from; a new head always does. */
function changed(run: string): string[] {
  const [before, after] = [weights(bert), weights(run)];
  const layers = [0, 1].flatMap((layer) => [
    `bert.encoder.layer.${layer}.attention.self.query.weight`,
    `bert.encoder.layer.${layer}.output.LayerNorm.bias`,
  ]);
  return ["bert.embeddings.word_embeddings.weight", ...layers, "bert.pooler.dense.weight"].filter((name) => {
    const [now, then] = [after.get(name)!, before.get(name)!];
    assertEquals(now.length, then.length, name);
    return now.some((byte, i) => byte !== then[i]);
  });
}

Deno.test("train --train-layers 1 leaves all below the top layer as it was to the bit", () =>
  inScratch(async (folder) => {
    const more = ["--train-layers", "1", "--layer-decay", "0.5", "--head-learning-rate", "0.02"];
    const run = `${folder}/run`;
    const args = await fineTuning(folder, [...more, "--epochs", "1", "--output", run]);
    const { code, stderr } = await runTask("train", args);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, " of them trained");
    assertEquals(changed(run), [
      "bert.encoder.layer.1.attention.self.query.weight",
      "bert.encoder.layer.1.output.LayerNorm.bias",
      "bert.pooler.dense.weight",
    ]);
  }));

Deno.test("train --train-layers 0 trains only the head, and resumes to the same bits", () =>
  inScratch(async (folder) => {
    const args = await fineTuning(folder, ["--train-layers", "0", "--epochs", "60"]);
    const [whole, run] = [`${folder}/whole`, `${folder}/run`];
    const { code, stderr } = await runTask("train", [...args, "--output", whole]);
    assertEquals(code, 0, stderr);
    assertEquals(changed(whole), ["bert.pooler.dense.weight"]);

    const task = startTask("train", [...args, "--output", run]);
    await task.until(/^epoch 3\/60/m);
    task.kill("SIGINT");
    assertEquals((await task.ended).code, 130);
    assertEquals((await runTask("train", ["--output", run, "--resume"])).code, 0);
    assertEquals(await sha256(`${run}/model.safetensors`), await sha256(`${whole}/model.safetensors`));
    assertEquals(
      await Deno.readTextFile(`${run}/metrics.jsonl`),
      await Deno.readTextFile(`${whole}/metrics.jsonl`),
    );
  }));

Deno.test("train --lora changes only projections and head, merges before saving, and resumes to the same bits", () =>
  inScratch(async (folder) => {
    const args = await fineTuning(folder, ["--lora", "4", "--epochs", "20"]);
    const [whole, run] = [`${folder}/whole`, `${folder}/run`];
    const { code, stderr } = await runTask("train", [...args, "--output", whole]);
    assertEquals(code, 0, stderr);
    assertEquals(changed(whole), [
      "bert.encoder.layer.0.attention.self.query.weight",
      "bert.encoder.layer.1.attention.self.query.weight",
      "bert.pooler.dense.weight",
    ]);
    await succeed("predict", ["--model", whole, "soup and bread"]);

    const task = startTask("train", [...args, "--output", run]);
    await task.until(/^epoch 2\/20/m);
    task.kill("SIGINT");
    assertEquals((await task.ended).code, 130);
    assertEquals((await runTask("train", ["--output", run, "--resume"])).code, 0);
    assertEquals(await sha256(`${run}/model.safetensors`), await sha256(`${whole}/model.safetensors`));
  }));

Deno.test("train refuses flags of fine-tuning without --from, and what a frozen encoder cannot do", () =>
  inScratch(async (folder) => {
    const refusal = async (args: string[]) => {
      const { code, stderr } = await runTask("train", [...args, "--output", `${folder}/run`]);
      assertEquals(code, 2, stderr);
      return stderr;
    };
    assertStringIncludes(
      await refusal(["--layer-decay", "0.9"]),
      "Cannot use --layer-decay without --from: it says how a pretrained model is trained",
    );
    assertStringIncludes(
      await refusal(await fineTuning(folder, ["--train-layers", "3"])),
      "Cannot use --train-layers 3: the model has 2 layers",
    );
    assertStringIncludes(
      await refusal(await fineTuning(folder, ["--train-layers", "1", "--lora", "4"])),
      "Cannot use --lora with --train-layers",
    );
    assertStringIncludes(
      await refusal(await fineTuning(folder, ["--train-layers", "0", "--token-dropout", "0.1"])),
      "Cannot use --token-dropout with --train-layers 0",
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["train.csv"]);
  }));

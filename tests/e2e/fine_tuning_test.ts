import { assertEquals, assertStringIncludes } from "@std/assert";
import { decodeSafetensors } from "@taxon/safetensors";
import { root } from "../support/repository.ts";
import { inScratch, sha256 } from "../support/scratch.ts";
import { smallExamples, toCsv } from "../support/small_data.ts";
import { runTask, startTask } from "../support/task.ts";

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

/** Names of the parameters of a run that differ from those it started from; a new head always does. */
function changed(run: string): string[] {
  const before = weights(bert);
  const layers = [
    ["embedding.weight", "bert.embeddings.word_embeddings.weight"],
    ...[0, 1].flatMap((layer) => [
      [
        `encoder.layers.${layer}.attention.query.weight`,
        `bert.encoder.layer.${layer}.attention.self.query.weight`,
      ],
      [
        `encoder.layers.${layer}.feedForwardNorm.bias`,
        `bert.encoder.layer.${layer}.output.LayerNorm.bias`,
      ],
    ]),
    ["headDense.weight", "bert.pooler.dense.weight"],
  ];
  const after = weights(run);
  return layers.filter(([ours, theirs]) => {
    const [now, then] = [after.get(ours)!, before.get(theirs)!];
    assertEquals(now.length, then.length, ours);
    return now.some((byte, i) => byte !== then[i]);
  }).map(([ours]) => ours);
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
      "encoder.layers.1.attention.query.weight",
      "encoder.layers.1.feedForwardNorm.bias",
      "headDense.weight",
    ]);
  }));

Deno.test("train --train-layers 0 trains only the head, and resumes to the same bits", () =>
  inScratch(async (folder) => {
    const args = await fineTuning(folder, ["--train-layers", "0", "--epochs", "60"]);
    const [whole, run] = [`${folder}/whole`, `${folder}/run`];
    const { code, stderr } = await runTask("train", [...args, "--output", whole]);
    assertEquals(code, 0, stderr);
    assertEquals(changed(whole), ["headDense.weight"]);

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
      await refusal(await fineTuning(folder, ["--train-layers", "0", "--token-dropout", "0.1"])),
      "Cannot use --token-dropout with --train-layers 0",
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["train.csv"]);
  }));

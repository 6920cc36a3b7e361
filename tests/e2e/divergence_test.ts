import { assert, assertEquals, assertMatch } from "@std/assert";
import { decodeSafetensors } from "@taxon/safetensors";
import { inScratch, namesIn } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess } from "../support/task.ts";

shareProcess("train");

const steps = { "batch-size": 27, warmup: 0, schedule: "constant", "max-grad-norm": 0, "weight-decay": 0.01 };

/** Trains with a rate that must diverge and gives the message and the checkpoints that are left. */
async function diverge(folder: string, changes: Record<string, string | number>) {
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(60)));
  const flags = tinyFlags({ ...steps, ...changes });
  const { code, stdout, stderr } = await runTask("train", [
    ...["--train", `${folder}/train.csv`, "--output", `${folder}/run`, "--quiet", ...flags],
  ]);
  assertEquals([code, stdout], [1, ""]);
  const checkpoints = namesIn(`${folder}/run`).filter((name) => name.startsWith("checkpoint-"));
  for (const name of checkpoints) {
    const { tensors } = decodeSafetensors(await Deno.readFile(`${folder}/run/${name}/model.safetensors`));
    for (const [tensor, { bytes }] of tensors) {
      const values = new Float32Array(bytes.slice().buffer);
      assert(values.every((value) => Number.isFinite(value)), `${name} holds ${tensor} that is not finite`);
    }
  }
  return { message: stderr.trimEnd(), checkpoints };
}

Deno.test("train stops when a rate is far too high, naming step and parameter, and keeps the checkpoint before", () =>
  inScratch(async (folder) => {
    const { message, checkpoints } = await diverge(folder, { lr: 1e6, epochs: 20, "save-steps": 1 });
    assertMatch(
      message,
      /^Stopped (at|after) step \d+: .*\b(parameter|gradient of) \w+(\.\w+)+ .*: lower --lr or --max-grad-norm$/,
    );
    const stopped = Number(/step (\d+)/.exec(message)![1]);
    assert(stopped > 1, message);
    assert(checkpoints.includes(`checkpoint-${stopped - 1}`), `${message}\n${checkpoints}`);
  }));

Deno.test("train saves nothing when the very first step breaks the weights", () =>
  inScratch(async (folder) => {
    const { message, checkpoints } = await diverge(folder, { lr: 3e38, epochs: 1, "batch-size": 60 });
    assertMatch(
      message,
      /^Stopped after step 1: the parameter [\w.]+ is not finite; this step was not saved: lower --lr/,
    );
    assertEquals(checkpoints, []);
  }));

Deno.test("--max-grad-norm 0 does not clip, and a small norm does", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(60)));
    const weights: string[] = [];
    for (const norm of [0, 1e9, 0.01]) {
      const run = `${folder}/${norm}`;
      const flags = tinyFlags({ ...steps, epochs: 1, "max-grad-norm": norm });
      const { code } = await runTask("train", ["--train", `${folder}/train.csv`, "--output", run, ...flags]);
      assertEquals(code, 0);
      weights.push((await Deno.readFile(`${run}/model.safetensors`)).toHex());
    }
    assert(weights[0] === weights[1], "a norm that is never reached must change nothing");
    assert(weights[0] !== weights[2], "a norm that is always exceeded must change the steps");
  }));

import { assert, assertEquals, assertMatch } from "@std/assert";
import webgpu from "@taxon/backend-webgpu";
import { checkServe, checkTrainAndPredict } from "../support/backend_tasks.ts";
import { inScratch, sha256 } from "../support/scratch.ts";
import { root } from "../support/repository.ts";
import { writeRandomModel } from "../support/server.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { startTask, succeed } from "../support/task.ts";

const found = await webgpu.probe();
const ignore = !found.available;
const software = found.available && found.description.startsWith("software: ");

/** Lines in which Linux' graphics loader complains. */
const noise = /XDG_RUNTIME_DIR/;

/** Runs a task that must succeed with the graphics drivers of this machine. */
async function run(name: string, args: readonly string[]) {
  const { stdout, stderr } = await succeed(name, args, { webgpu: true });
  assert(!noise.test(stderr), stderr);
  return { stdout, stderr };
}

Deno.test({
  name: "train and predict compute on webgpu, score as the cpu does, and the graphics loader is not heard",
  ignore,
  fn: () => checkTrainAndPredict("webgpu", "webgpu", run),
});

Deno.test({
  name:
    "train says how to go on when its device is lost, and the resumed run ends in the bits of one that lost nothing",
  ignore,
  fn: () =>
    inScratch(async (folder) => {
      await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(90)));
      const train = (output: string, changes: readonly string[] = []) => [
        ...["--train", `${folder}/train.csv`, "--output", `${folder}/${output}`, ...changes],
        ...tinyFlags({ backend: "webgpu", epochs: 4 }),
      ];
      await run("train", train("whole"));

      const preload = ["--preload", `${root.pathname}tests/support/lose_device.ts`];
      const { code, stderr } = await startTask("train", train("lost"), { webgpu: true, deno: preload }).ended;
      assertEquals(code, 1, stderr);
      assertMatch(stderr, /^epoch 1\/4: /m);
      const last = stderr.trimEnd().split("\n").at(-1)!;
      assertEquals(
        last.replace(/lost \(.+?\)/, "lost (…)"),
        'Cannot go on with backend "webgpu": the device was lost (…); begin again with a new backend, ' +
          `from the last checkpoint: deno task train --output ${folder}/lost --resume --backend webgpu`,
      );

      await run("train", ["--output", `${folder}/lost`, "--resume", "--backend", "webgpu"]);
      const [whole, resumed] = await Promise.all(
        ["whole", "lost"].map((name) => sha256(`${folder}/${name}/model.safetensors`)),
      );
      assertEquals(resumed, whole);
    }),
});

Deno.test({
  name: "auto looks for an adapter without a word of the graphics loader, and takes no software adapter",
  ignore: !software,
  fn: () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      const task = startTask("predict", ["--model", `${folder}/desk`, "--backend", "auto", "the bank"], {
        webgpu: true,
      });
      const { code, stderr } = await task.ended;
      assertEquals(code, 0, stderr);
      assert(!noise.test(stderr), stderr);
      assert(!/webgpu/.test(stderr), stderr);
    }),
});

Deno.test({
  name: "serve answers from webgpu, and the graphics loader is not heard",
  ignore,
  fn: async () => {
    const stderr = await checkServe("webgpu", "webgpu", {});
    assert(!noise.test(stderr), stderr);
  },
});

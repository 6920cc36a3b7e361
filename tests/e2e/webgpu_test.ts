import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import webgpu from "@taxon/backend-webgpu";
import { inScratch, parseLines, sha256 } from "../support/scratch.ts";
import { root } from "../support/repository.ts";
import { startServer, writeRandomModel } from "../support/server.ts";
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
  fn: () =>
    inScratch(async (folder) => {
      await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(90)));
      const [data, model] = [["--train", `${folder}/train.csv`], `${folder}/model`];
      const trained = await run("train", [...data, "--output", model, ...tinyFlags({ backend: "webgpu" })]);
      assertMatch(trained.stderr, /^backend: webgpu \(/m);

      const predict = async (backend: string) => {
        const args = ["--model", model, "--format", "jsonl", "--backend", backend, "soup today"];
        return Object.entries<number>(parseLines((await run("predict", args)).stdout)[0].scores);
      };
      const ours = await predict("webgpu");
      for (const [i, [label, score]] of (await predict("cpu")).entries()) {
        assertEquals(ours[i][0], label);
        assertAlmostEquals(ours[i][1], score, 1e-4); // two layers of f32 sums in another order
      }
    }),
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
          `from the last checkpoint: deno task train --output ${folder}/lost --resume`,
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
  fn: () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      await using server = await startServer(["--model", `${folder}/desk`, "--backend", "webgpu"], {});
      const reply = await fetch(`${server.url}/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ inputs: "the bank" }),
      });
      assertEquals([reply.status, (await reply.json()).length], [200, 3]);
      server.stop();
      const { stderr } = await server.ended;
      assertMatch(stderr, /3 labels, webgpu \(/);
      assert(!noise.test(stderr), stderr);
    }),
});

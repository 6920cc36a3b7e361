import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inScratch, namesIn, parseLines, readJson, sha256 } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { type RunningTask, shareProcess, startTask, succeed } from "../support/task.ts";

shareProcess("train");

const folder = await Deno.makeTempDir();
const whole = `${folder}/whole`;

/** 23 steps an epoch of some milliseconds each, so that there is time to interfere. */
const size = { "model-size": 64, layers: 2, heads: 4, "feed-forward-size": 256, epochs: 4 };
const slow = [
  "--train",
  `${folder}/train.csv`,
  ...tinyFlags({ ...size, dropout: 0.3, lr: 0.003, patience: 3 }),
];

Deno.test.beforeAll(async () => { // a run without interruption, with which every other is compared
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(408)));
  await succeed("train", [...slow, "--output", whole]);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Starts or resumes a run and kills it, as `kill -9` does, when the moment has come. */
async function killAt(args: string[], moment: (task: RunningTask) => Promise<unknown>): Promise<void> {
  const task = startTask("train", args);
  await moment(task);
  task.kill("SIGKILL");
  const { signal, stderr } = await task.ended;
  assertEquals(signal, "SIGKILL", `the run ended before it could be killed:\n${stderr}`);
}

const printed = (pattern: RegExp) => (task: RunningTask) => task.until(pattern);

/** The moment in which a file or folder of that name appears in the run. */
const appears = (run: string, name: RegExp) => async (task: RunningTask) => {
  const watcher = Deno.watchFs(run);
  task.ended.then(() => watcher[Symbol.dispose]());
  for await (const { paths } of watcher) if (paths.some((path) => name.test(path))) return;
};

async function assertSameRun(run: string): Promise<void> {
  assertEquals(await sha256(`${run}/model.safetensors`), await sha256(`${whole}/model.safetensors`));
  assertEquals(
    await Deno.readTextFile(`${run}/metrics.jsonl`),
    await Deno.readTextFile(`${whole}/metrics.jsonl`),
  );
  const [own, other] = [run, whole].map((path) => ({
    ...readJson(`${path}/all_results.json`),
    train_runtime: 0,
  }));
  assertEquals(own, other);
  assertEquals(namesIn(run).filter((name) => name.endsWith(".tmp")), []);
  assertEquals(namesIn(run).filter((name) => name.startsWith("checkpoint-")).length, 2); // --save-total-limit
}

Deno.test("train killed with kill -9 at any moment and resumed gives the bits of a run without interruption", async () => {
  for (const [name, extra] of [["epochs", []], ["steps", ["--save-steps", "4"]]] as const) {
    const run = `${folder}/${name}`;
    const first = [...slow, ...extra, "--output", run];
    const again = ["--output", run, "--resume"];
    await killAt(first, printed(/^seed: 7$/m));
    if (name === "epochs") {
      assertEquals(namesIn(run).filter((entry) => entry.startsWith("checkpoint-")), []);
    }
    await killAt(again, printed(/^Epoch 2\/4: +43%/m));
    assert(namesIn(run).some((entry) => /^checkpoint-\d+$/.test(entry)));
    await killAt(again, appears(run, /checkpoint-\d+\.tmp/));
    await killAt(again, appears(run, /metrics\.jsonl/));
    await killAt(again, printed(/training the baselines/));
    assert(!namesIn(run).includes("all_results.json"));
    assertMatch(
      (await succeed("train", again)).stderr,
      /^going on from .*\/checkpoint-92, step 92 of 92$/m,
    );
    await assertSameRun(run);
  }
});

Deno.test("train saves a checkpoint on Ctrl-C and SIGTERM, ends with 130 and 143, and goes on to the same bits", async () => {
  const run = `${folder}/interrupted`;
  const interrupt = async (args: string[], signal: Deno.Signal, at: RegExp, byDenoTask = false) => {
    const task = startTask("train", args, { byDenoTask });
    await task.until(at);
    task.kill(signal);
    const { code, stderr } = await task.ended;
    const saved =
      /^Saved .*\/(checkpoint-\d+)\nGo on with: deno task train --output (.*) --resume --backend cpu$/m.exec(
        stderr,
      );
    assert(saved, stderr);
    assertEquals(saved[2], run);
    assert(namesIn(run).includes(saved[1]));
    return code;
  };
  assertEquals(
    await interrupt([...slow, "--output", run], "SIGINT", /^Epoch 1\/4: +30%/m),
    130,
  );
  // A terminal sends Ctrl-C to all its processes; SIGTERM reaches `deno task` alone, which must pass it on
  assertEquals(await interrupt(["--output", run, "--resume"], "SIGTERM", /^Epoch 2\/4: +73%/m, true), 143);
  const { stderr } = await succeed("train", ["--output", run, "--resume", "--threads", "2"]);
  assertMatch(stderr, /^going on from .*\/checkpoint-\d+, step \d+ of 92$/m);
  await assertSameRun(run);
});

Deno.test("train says at once that it stops on Ctrl-C, and stops at the next step, not at the end of the epoch", () =>
  inScratch(async (scratch) => {
    const task = startTask("train", [
      ...["--train", `${folder}/train.csv`, "--output", `${scratch}/run`],
      ...tinyFlags({ ...size, "batch-size": 1 }),
    ]);
    await task.until(/^Epoch 1\/4: +10%/m);
    task.kill("SIGINT");
    const { code, stderr } = await task.ended;
    assertEquals(code, 130);
    assertMatch(stderr, /^stopping after this step; again to quit at once$/m);
    const [, step] = /^Saved .*\/checkpoint-(\d+)$/m.exec(stderr)!;
    assert(Number(step) % 367 !== 0, `stopped at step ${step}, the end of an epoch`); // 408 texts, 41 carved
  }));

Deno.test("train without a terminal goes on when one closes, as under nohup", () =>
  inScratch(async (scratch) => {
    const task = startTask("train", [...slow, "--output", `${scratch}/run`]);
    await task.until(/^Epoch 1\/4: +30%/m);
    task.kill("SIGHUP");
    const { code, stderr } = await task.ended;
    assertEquals(code, 0, stderr);
    assertEquals(
      await sha256(`${scratch}/run/model.safetensors`),
      await sha256(`${whole}/model.safetensors`),
    );
  }));

Deno.test("train resumes from whole checkpoints only, and clears away what was being written", async () => {
  const run = `${folder}/leftovers`;
  await killAt([...slow, "--output", run], printed(/^Epoch 3\/4: +43%/m));
  assertEquals(namesIn(run).filter((name) => name.startsWith("checkpoint-")), [
    "checkpoint-23",
    "checkpoint-46",
  ]);
  for (const left of ["checkpoint-69.tmp", "checkpoint-46.old.tmp"]) {
    await Deno.mkdir(`${run}/${left}`);
    await Deno.writeTextFile(`${run}/${left}/model.safetensors`, "half");
  }
  await Deno.writeTextFile(`${run}/metrics.jsonl.tmp`, "half");
  const { stderr } = await succeed("train", ["--output", run, "--resume"]);
  assertStringIncludes(stderr, `going on from ${run}/checkpoint-46, step 46 of 92\n`);
  await assertSameRun(run);
  const keys = parseLines(await Deno.readTextFile(`${run}/metrics.jsonl`))
    .map((entry) => `${entry.step} ${"loss" in entry}`);
  assertEquals([keys.length, new Set(keys).size], [96, 96]); // 92 steps and 4 evaluations, each once
});

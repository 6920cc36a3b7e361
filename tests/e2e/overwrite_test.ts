import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { namesIn, readJson, scratchWith, sha256 } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, startTask, succeed } from "../support/task.ts";

shareProcess("train");

const data = ["--train", "desk.csv", ...tinyFlags()];
const replacing = ["--output", "run", "--overwrite", "--no-progress"];

const inFolder = scratchWith(async (folder) => {
  await Deno.writeTextFile(`${folder}/desk.csv`, toCsv(smallExamples(60)));
  await succeed("train", [...data, "--output", "run"], { cwd: folder });
});

/** A folder with a training file and the finished run `run`, and what `train` in it ends with. */
function withRun(
  test: (
    folder: string,
    train: (...args: string[]) => Promise<{ code: number; stderr: string }>,
  ) => Promise<void>,
): Promise<void> {
  return inFolder((folder) => test(folder, (...args) => runTask("train", args, { cwd: folder })));
}

Deno.test("train --overwrite refuses a folder with files that no run wrote, at any depth, naming them", () =>
  withRun(async (folder, train) => {
    const model = await sha256(`${folder}/run/model.safetensors`);
    const strangers = [
      "mine.csv",
      "eval/notes.txt",
      "analysis/results.json",
      "checkpoint-4/idea.md",
      "a.tmp",
    ];
    for (const stranger of strangers) {
      await Deno.mkdir(`${folder}/run/${stranger}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/run/${stranger}`, "precious");
      const { code, stderr } = await train(...data, ...replacing);
      assertEquals([code, stderr], [
        2,
        `Cannot overwrite run: it holds what no run wrote: ${stranger}; move that away, or give another --output\n`,
      ]);
      await Deno.remove(`${folder}/run/${stranger}`);
    }
    await Deno.symlink(`${folder}/desk.csv`, `${folder}/run/README.md.tmp`);
    assertStringIncludes((await train(...data, ...replacing)).stderr, "what no run wrote: README.md.tmp;");
    assertEquals(await sha256(`${folder}/run/model.safetensors`), model);
  }));

Deno.test("train --overwrite refuses a folder that holds what the new run reads", () =>
  withRun(async (folder, train) => {
    await Deno.copyFile(`${folder}/desk.csv`, `${folder}/run/eval/predictions.csv`);
    for (
      const [flag, path] of [["eval", "run/eval/predictions.csv"], ["from", "run"], ["compare", "./run/"]]
    ) {
      const { code, stderr } = await train("--train", "desk.csv", `--${flag}`, path, ...replacing);
      assertEquals([code, stderr], [
        2,
        `Cannot overwrite run: --${flag} ${path} lies in it; give another --output\n`,
      ]);
    }
    assert(namesIn(`${folder}/run`).includes("model.safetensors"));
  }));

Deno.test("train --overwrite takes what our own commands wrote into the folder away with the run", () =>
  withRun(async (folder, train) => {
    const held = ["--model", "run", "--data", "desk.csv", "--output", "run/held_out"];
    await succeed("evaluate", held, { cwd: folder });
    await succeed("export", ["--model", "run", "--output", "run/onnx"], { cwd: folder });
    await succeed("visualize", ["--model", "run", "--out", "run/attention.html", "soup"], { cwd: folder });
    const { code, stderr } = await train(...data, ...replacing);
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^run: run\.overwrite\.tmp\nit takes the place of run when it is finished$/m);
    assertEquals(namesIn(folder), ["desk.csv", "run"]);
    const left = namesIn(`${folder}/run`);
    assertEquals(left.filter((name) => ["held_out", "onnx", "attention.html", ".lock"].includes(name)), []);
  }));

Deno.test("train --overwrite leaves the old run whole when it is killed or diverges, and --resume goes on with the new one", () =>
  withRun(async (folder, train) => {
    const old = await sha256(`${folder}/run/model.safetensors`);
    const fresh = ["--train", "desk.csv", ...tinyFlags({ seed: 8, epochs: 30 })];
    await succeed("train", [...fresh, "--output", "whole"], { cwd: folder });

    const steep = { lr: 1e30, warmup: 0, schedule: "constant", "max-grad-norm": 0, epochs: 20 };
    const diverged = await train("--train", "desk.csv", ...tinyFlags(steep), ...replacing);
    assertEquals(diverged.code, 1);
    assertMatch(diverged.stderr, /^run still holds what was there before\nStopped a(?:t|fter) step/m);
    assertEquals(await sha256(`${folder}/run/model.safetensors`), old);

    const task = startTask("train", [...fresh, ...replacing], { cwd: folder });
    await task.until(/^epoch 3\//m);
    task.kill("SIGKILL");
    await task.ended;
    assertEquals(await sha256(`${folder}/run/model.safetensors`), old);
    assertEquals(readJson(`${folder}/run/training_args.json`).seed, 7);

    const { code, stderr } = await train("--output", "run", "--resume");
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^going on from run\.overwrite\.tmp\/checkpoint-\d+, step/m);
    assertEquals(
      await sha256(`${folder}/run/model.safetensors`),
      await sha256(`${folder}/whole/model.safetensors`),
    );
    assertEquals(namesIn(folder), ["desk.csv", "run", "whole"]);
  }));

Deno.test("train makes up for a process that was killed while the new run took the place of the old one", () =>
  withRun(async (folder, train) => {
    const model = await sha256(`${folder}/run/model.safetensors`);
    const [before, after] = [`${folder}/run.overwritten.tmp`, `${folder}/run.overwrite.tmp`];
    await Deno.rename(`${folder}/run`, after); // the new one is whole, the old one out of the way
    await Deno.mkdir(before);
    await Deno.writeTextFile(`${before}/training_args.json`, "{}");
    const refused = await train(...data, "--output", "run");
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "Cannot write to run.overwrite.tmp: it is there already;");
    const { code, stderr } = await train("--output", "run", "--resume");
    assertEquals([code, stderr], [0, "run is finished; serve it with:\n  deno task serve --model run\n"]);
    assertEquals(await sha256(`${folder}/run/model.safetensors`), model);
    assertEquals(namesIn(folder), ["desk.csv", "run"]);
  }));

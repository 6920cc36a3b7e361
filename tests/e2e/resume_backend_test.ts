import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inScratch, namesIn, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { builtLibrary, isBuilt } from "../../backends/ffi/build.ts";
import { type RunningTask, runTask, startTask } from "../support/task.ts";

/** Starts the run `R` on a backend, in a folder with the file t.csv. */
async function start(folder: string, backend: string, epochs: number): Promise<RunningTask> {
  await Deno.writeTextFile(`${folder}/t.csv`, toCsv(smallExamples(60)));
  const args = ["--train", "t.csv", ...tinyFlags({ epochs }), "--output", "R", "--backend", backend];
  const task = startTask("train", args, { cwd: folder });
  await task.until(/^epoch 2\//m); // the line of the first one comes before its checkpoint
  return task;
}

/** Starts the run and kills it. */
async function startAndKill(folder: string, backend: string): Promise<void> {
  const task = await start(folder, backend, 40);
  task.kill("SIGKILL");
  await task.ended;
}

Deno.test("train keeps what auto came to, goes on there, and says so where it is told to go on elsewhere", () =>
  inScratch(async (folder) => {
    await startAndKill(folder, "auto");
    const noted: string = readJson(`${folder}/R/training_args.json`).backend;
    assertEquals(noted, isBuilt() ? "ffi" : "cpu", `library ${builtLibrary}`);
    // The tests' own choice of the cpu is not made: the backend is left out
    const resumed = await runTask("train", ["--output", "R", "--resume", "--no-progress"], {
      cwd: folder,
      asWritten: true,
    });
    assertEquals(resumed.code, 0, resumed.stderr);
    assertMatch(resumed.stderr, new RegExp(`^backend: ${noted} `, "m"));
    assertEquals(resumed.stderr.includes("Warning"), false);
  }));

Deno.test("train --resume warns where the backend is another one or not known", () =>
  inScratch(async (folder) => {
    await startAndKill(folder, "cpu");
    const path = `${folder}/R/training_args.json`;
    const args = readJson(path);
    const resume = async (backend: string) => {
      await Deno.writeTextFile(path, JSON.stringify({ ...args, backend }));
      const task = startTask("train", ["--output", "R", "--resume", "--backend", "cpu"], { cwd: folder });
      await task.until(/^going on from/m);
      task.kill("SIGKILL");
      return (await task.ended).stderr;
    };
    assertStringIncludes(
      await resume("ffi"),
      "Warning: R was computed on ffi and goes on on cpu, as you say: its weights will be others than either gives alone\n",
    );
    assertEquals(readJson(path).backend, "cpu");
    assertStringIncludes(
      await resume("auto"),
      "Warning: R does not say where it was computed: unless that was cpu, its weights will be others\n",
    );
  }));

Deno.test("train refuses a folder in which another process is at work, and a killed one locks nobody out", () =>
  inScratch(async (folder) => {
    const first = await start(folder, "cpu", 2000);
    const call = (...more: string[]) => runTask("train", ["--output", "R", ...more], { cwd: folder });
    for (const more of [["--resume"], ["--train", "t.csv", "--overwrite"]]) {
      const { code, stderr } = await call(...more);
      assertEquals(code, 2);
      assertMatch(
        stderr,
        /^Cannot train in R: process \d+ is at work there; wait until it has ended, or give another --output\n$/,
      );
    }
    first.kill("SIGKILL");
    await first.ended;
    assertEquals(namesIn(`${folder}/R`).includes(".lock"), true);
    const second = startTask("train", ["--output", "R", "--resume"], { cwd: folder });
    assertEquals(await second.until(/^going on from R\/checkpoint-\d+/m), true);
    second.kill("SIGINT");
    assertEquals((await second.ended).code, 130);
    assertEquals(namesIn(`${folder}/R`).includes(".lock"), false); // one that ends by itself clears it away
  }));

import { assertEquals, assertMatch } from "@std/assert";
import { inScratch, namesIn, readJson, sha256 } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, succeed } from "../support/task.ts";

shareProcess("train");

/** Runs train in a folder with the file desk.csv and gives its exit code and last line. */
function trainerIn(folder: string): (...args: string[]) => Promise<[number, string]> {
  return async (...args) => {
    const { code, stderr } = await runTask("train", ["--quiet", ...args], { cwd: folder });
    return [code, stderr.trimEnd().split("\n").at(-1)!];
  };
}

async function writeData(folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/desk.csv`, toCsv(smallExamples(60)));
}

const data = ["--train", "desk.csv", ...tinyFlags()];

Deno.test("train names runs after the file and counts up, and --resume finds the last one", () =>
  inScratch(async (folder) => {
    await writeData(folder);
    const train = trainerIn(folder);
    assertEquals(await train("--resume", ...data), [
      2,
      "Cannot resume: there is no run runs/desk-<n>; name one with --output",
    ]);
    await train(...data);
    await train(...data);
    assertEquals(namesIn(`${folder}/runs`), ["desk-1", "desk-2"]);
    const { stderr } = await succeed("train", ["--train", "desk.csv", "--resume"], { cwd: folder });
    assertMatch(
      stderr,
      /^runs\/desk-2 is finished; serve it with:\n {2}deno task serve --model runs\/desk-2\n$/,
    );
  }));

Deno.test("train never writes into a folder that is in use", () =>
  inScratch(async (folder) => {
    await writeData(folder);
    const train = trainerIn(folder);
    await train(...data, "--output", "run");
    const before = await sha256(`${folder}/run/model.safetensors`);
    const [code, message] = await train(...data, "--output", "run", "--norm-affine");
    assertEquals(code, 2);
    assertMatch(
      message,
      /^Cannot write to run: it already holds .+; give another --output, --resume .* or --overwrite/,
    );
    assertEquals(await sha256(`${folder}/run/model.safetensors`), before);

    await Deno.mkdir(`${folder}/letters`);
    await Deno.writeTextFile(`${folder}/letters/mum.txt`, "dear");
    for (const flag of ["--overwrite", "--resume"]) {
      assertEquals(await train(...data, "--output", "letters", flag), [
        2,
        `Cannot ${flag.slice(2)} letters: it holds no run but mum.txt; give another --output`,
      ]);
      assertEquals((await train(...data, "--output", "desk.csv", flag))[0], 2);
    }
    assertEquals(namesIn(`${folder}/letters`), ["mum.txt"]);
  }));

Deno.test("train --overwrite replaces a run, but not before data and backend of the new one are there", () =>
  inScratch(async (folder) => {
    await writeData(folder);
    const train = trainerIn(folder);
    await train(...data, "--output", "run");
    const before = await sha256(`${folder}/run/model.safetensors`);
    const replace = ["--output", "run", "--overwrite"];
    assertEquals((await train(...data, ...replace, "--text-column", "body"))[0], 1);
    assertEquals((await train(...data, ...replace, "--backend", "webgpu"))[0], 1);
    assertEquals(await sha256(`${folder}/run/model.safetensors`), before);
    assertEquals(await train("--train", "desk.csv", ...tinyFlags({ seed: 8, epochs: 1 }), ...replace), [
      0,
      "",
    ]);
    assertEquals(readJson(`${folder}/run/training_args.json`).seed, 8);
    assertEquals(namesIn(`${folder}/run`).filter((name) => name.startsWith("checkpoint-")), ["checkpoint-4"]);
  }));

Deno.test("train leaves no folder behind when it cannot start", () =>
  inScratch(async (folder) => {
    await writeData(folder);
    const train = trainerIn(folder);
    await train(...data, "--label-column", "topic");
    await train(...data, "--backend", "webgpu");
    await train(...data, "--head-dim", "7", "--positions", "rotary");
    await train("--train", "none.csv", "--output", "run");
    assertEquals(namesIn(folder), ["desk.csv"]);
  }));

Deno.test("train --resume keeps the flags of the run and refuses to change them, also back to a default", () =>
  inScratch(async (folder) => {
    await writeData(folder);
    const train = trainerIn(folder);
    await train(...data, "--output", "run");
    const resume = (...args: string[]) => train("--output", "run", "--resume", ...args);
    const refused = (flag: string, now: string, before: string): [number, string] => [
      2,
      `Cannot resume run with --${flag} = ${now}: it was started with ${before}; leave the flag out`,
    ];
    assertEquals(await resume("--lr", "0.5"), refused("lr", "0.5", "0.02"));
    assertEquals(await resume("--epochs", "15"), refused("epochs", "15", "2"));
    assertEquals(await resume("--no-header"), refused("header", "false", "true"));
    assertEquals(await resume("--eval", "desk.csv"), refused("eval", "desk.csv", "none"));
    assertEquals(await resume("--lr", "0.02", "--threads", "2", "--quiet=false"), [
      2,
      "Cannot use --quiet twice: got true and false",
    ]);
    assertEquals(await resume("--lr", "0.02", "--threads", "2"), [0, ""]);
    assertEquals(await resume("--overwrite"), [2, "Cannot use --resume with --overwrite: choose one"]);
  }));

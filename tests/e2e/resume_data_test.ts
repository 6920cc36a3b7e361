import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inScratch, namesIn } from "../support/scratch.ts";
import { type SmallExample, smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, startTask } from "../support/task.ts";

shareProcess("train");

/** Starts a run in the folder and kills it after its first checkpoint. */
async function startAndKill(task: string, args: string[], cwd: string): Promise<void> {
  const running = startTask(task, args, { cwd });
  await running.until(/^epoch 2\//m); // the line of the first one comes before its checkpoint
  running.kill("SIGKILL");
  await running.ended;
}

/** Resumes the run `R` and gives exit code and standard error. */
async function resume(task: string, args: string[], cwd: string): Promise<[number, string]> {
  const { code, stderr } = await runTask(task, [...args, "--output", "R", "--resume", "--no-progress"], {
    cwd,
  });
  return [code, stderr.trimEnd()];
}

/** What a run is refused with whose data has changed. */
const refused = (change: string): [number, string] => [
  2,
  `Cannot resume R: ${change}; bring back what it was started with, or start anew with another --output`,
];

Deno.test("train --resume refuses other rows in any file, naming file and row, and takes the same rows written otherwise", () =>
  inScratch(async (folder) => {
    const rows = smallExamples(48);
    const [train, held, test] = [rows.slice(0, 24), rows.slice(24, 36), rows.slice(36)];
    const write = (name: string, content: readonly SmallExample[]) =>
      Deno.writeTextFile(`${folder}/${name}`, toCsv(content));
    await write("t.csv", train);
    await write("e.csv", held);
    await write("x.csv", test);
    const files = ["--train", "t.csv", "--eval", "e.csv", "--test", "x.csv"];
    await startAndKill("train", [...files, ...tinyFlags({ epochs: 60 }), "--output", "R"], folder);
    const go = () => resume("train", [], folder);

    await write("t.csv", rows.slice(0, 24).concat(smallExamples(8, 9)));
    assertEquals(
      await go(),
      refused("t.csv (train) is not what it was: 24 rows before, 32 now, the first 24 are the same"),
    );
    await write("t.csv", train.slice(0, 20));
    assertEquals(
      await go(),
      refused("t.csv (train) is not what it was: 24 rows before, 20 now, the first 20 are the same"),
    );
    await write("t.csv", train.with(6, { ...train[6], label: train[7].label }));
    assertEquals(
      await go(),
      refused("t.csv (train) is not what it was: 24 rows as before, the first difference in row 7 (t.csv:8)"),
    );
    await write("t.csv", train);
    await write("e.csv", held.toReversed());
    assertEquals(
      await go(),
      refused("e.csv (eval) is not what it was: 12 rows as before, the first difference in row 1 (e.csv:2)"),
    );
    await write("e.csv", held);
    await write("x.csv", test.with(11, { ...test[11], text: "quite another" }));
    assertEquals(
      await go(),
      refused(
        "x.csv (test) is not what it was: 12 rows as before, the first difference in row 12 (x.csv:13)",
      ),
    );
    await Deno.writeTextFile(`${folder}/x.csv`, toCsv(test).replaceAll("\n", "\r\n"));
    const [code, stderr] = await go();
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "going on from R/checkpoint-");
  }));

Deno.test("train --resume of a run that does not say what data it had warns and goes on", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/t.csv`, toCsv(smallExamples(24)));
    await startAndKill(
      "train",
      ["--train", "t.csv", ...tinyFlags({ epochs: 60 }), "--output", "R"],
      folder,
    );
    await Deno.remove(`${folder}/R/training_data.json`);
    const [code, stderr] = await resume("train", [], folder);
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /^Warning: R does not say what data it was started with: make sure that it is the same$/m,
    );
  }));

Deno.test("pretrain --resume refuses other texts", () =>
  inScratch(async (folder) => {
    const texts = smallExamples(60).map(({ text }) => text);
    const write = (lines: string[]) => Deno.writeTextFile(`${folder}/t.txt`, lines.join("\n") + "\n");
    await write(texts);
    const sizes = ["--model-size", "16", "--heads", "2", "--head-dim", "8", "--layers", "1"];
    const args = ["--train", "t.txt", "--threads", "1", ...sizes, "--epochs", "60"];
    await startAndKill("pretrain", [...args, "--output", "R"], folder);
    await write(texts.with(3, "something else"));
    assertEquals(
      await resume("pretrain", args, folder),
      refused("t.txt (train) is not what it was: 60 rows as before, the first difference in row 4"),
    );
    await write(texts);
    const [code, stderr] = await resume("pretrain", args, folder);
    assertEquals(code, 0, stderr);
    assertEquals(namesIn(`${folder}/R`).includes("training_data.json"), true);
  }));

import { assert, assertEquals } from "@std/assert";
import { inScratch, namesIn, readJson } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { runTask, shareProcess, startTask } from "../support/task.ts";

shareProcess("train");

Deno.test("train --resume checks the fields of a trainer_state.json, and leaves the run's folder for none of them", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/t.csv`, toCsv(smallExamples(60)));
    const task = startTask("train", ["--train", "t.csv", ...tinyFlags({ epochs: 99 }), "--output", "R"], {
      cwd: folder,
    });
    await task.until(/^epoch 3\//m);
    task.kill("SIGKILL");
    await task.ended;
    const steps = namesIn(`${folder}/R`).flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []);
    const step = Math.max(...steps.map(Number));
    const path = `${folder}/R/checkpoint-${step}/trainer_state.json`;
    const state = readJson(path);
    const link = `checkpoint-${steps.find((other) => Number(other) !== step)}`;
    await Deno.rename(`${folder}/R/${link}`, `${folder}/R/kept`);
    await Deno.symlink("kept", `${folder}/R/${link}`);
    const cases: [string, unknown, string][] = [
      ["global_step", "4", `an integer from 1 on`],
      ["global_step", step + 1, `${step}, after which the folder is named`],
      ["epoch", "1", "a number"],
      ["best_metric", [1], "a number"],
      ["best_model_checkpoint", "../../elsewhere", "the name of a checkpoint of this run"],
      ["best_model_checkpoint", `${folder}/R/checkpoint-${step}`, "the name of a checkpoint of this run"],
      ["best_model_checkpoint", "checkpoint-999", "the name of a checkpoint of this run"],
      ["best_model_checkpoint", link, "the name of a checkpoint of this run"], // now a link
      ["epochs_without_gain", -1, "an integer from 0 on"],
      ["stopped_early", "no", "true or false"],
      ["silent_parameters", [1], "a list of names"],
      ["log_history", { step: 1 }, "a list"],
      ["log_history", [], `a list of objects with numbers, of which step is one from 1 to ${step}`],
      [
        "log_history",
        [{ step: 9e9 }],
        `a list of objects with numbers, of which step is one from 1 to ${step}`,
      ],
    ];
    for (const [key, value, right] of cases) {
      await Deno.writeTextFile(path, JSON.stringify({ ...state, [key]: value }));
      const { code, stderr } = await runTask("train", ["--output", "R", "--resume", "--quiet"], {
        cwd: folder,
      });
      const written = JSON.stringify(value);
      const shown = written.length > 80 ? `${written.slice(0, 80)}…` : written;
      assertEquals([code, stderr], [
        1,
        `Cannot go on from R/checkpoint-${step}: Cannot read trainer_state.json: ${key} is ${shown}; ` +
        `it must be ${right}; remove the folder to go on from an older one\n`,
      ]);
    }
    assert(namesIn(folder).length === 2, namesIn(folder).join()); // nothing beside t.csv and R
  }));

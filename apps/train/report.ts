import { comparison, describeSplit, type Log } from "@taxon/app-shared";
import type { TrainFlags } from "./command.ts";
import type { Results } from "./measure.ts";

/** Prints what a finished run is worth, beside the baselines, and what to do next. */
export function printResults(
  run: string,
  results: Results,
  flags: TrainFlags,
  seconds: number,
  log: Log,
): void {
  const { config } = results;
  const [name, split] = results.test ? ["test", results.test] as const : ["eval", results.eval] as const;
  if (flags.json) {
    log.result(JSON.stringify({ run, split: name, train_runtime: seconds, ...split.model.values }));
  } else {
    log.result(`\nResults on the ${name} split (${split.examples.length} rows)\n`);
    log.result(describeSplit(config, split) + "\n");
    const { model, baselines } = split;
    log.result(comparison(config.problemType, model, baselines));
  }
  log.note(
    `\nTrained in ${
      seconds.toFixed(0)
    } s. Everything is in ${run}\nServe it with:\n  deno task serve --model ${run}`,
  );
}

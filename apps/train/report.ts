import { confusionTable, type Log, primaryMetric } from "@taxon/app-shared";
import type { TrainFlags } from "./command.ts";
import type { Results, SplitResults } from "./measure.ts";

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
    log.result(`\nResults on the ${name} split (${split.examples.length} rows)\n\n${split.model.report}`);
    if (split.model.confusion) log.result(`${confusionTable(split.model.confusion, config.labels)}\n`);
    log.result(calibrationLine(results, split) + comparison(split, config.problemType));
  }
  log.note(
    `\nTrained in ${
      seconds.toFixed(0)
    } s. Everything is in ${run}\nServe it with:\n  deno task serve --model ${run}`,
  );
}

function calibrationLine({ config }: Results, { model, uncalibrated }: SplitResults): string {
  if (config.problemType === "regression") return "";
  const { ece, brier } = model.values;
  return `calibration: ECE ${ece.toFixed(4)} (${uncalibrated!.toFixed(4)} before temperature ${
    config.temperature.toFixed(2)
  }), Brier ${brier.toFixed(4)}\n\n`;
}

/** The table of the three models, and in words which one is better and what to try. */
function comparison(
  { model, baselines }: SplitResults,
  problemType: Results["config"]["problemType"],
): string {
  const metric = primaryMetric(problemType);
  const shown = problemType === "regression" ? ["pearson", "spearman", "mse"] : ["accuracy", "macro_f1"];
  const row = (name: string, values: Record<string, number>) =>
    name.padEnd(26) + shown.map((key) => values[key].toFixed(4).padStart(10)).join("");
  const lines = [
    "".padEnd(26) + shown.map((key) => key.padStart(10)).join(""),
    row("this model", model.values),
    row("linear on hashed n-grams", baselines.linear.values),
    row("majority class", baselines.majority.values),
  ];
  const difference = model.values[metric] - baselines.linear.values[metric];
  const points = `${Math.abs(difference).toFixed(4)} ${metric}`;
  const verdict = difference >= 0
    ? `This model is better than the linear baseline by ${points}.`
    : `The linear baseline is better than this model by ${points}. An encoder trained from scratch needs more texts than ` +
      `a linear model: label more, or try more --epochs, a higher --dropout, or a smaller --model-size.`;
  return `${lines.join("\n")}\n\n${verdict}`;
}

import {
  comparison,
  decidingMetric,
  describeComparison,
  describeSplit,
  type Log,
  type RunComparison,
} from "@taxon/app-shared";
import { advice, type AdviceContext } from "./advice.ts";
import { describeShare } from "./encoder_share.ts";
import { labelDoubts } from "./label_doubts.ts";
import { describeReuse, describeTemperature, reportedSplit, type Results } from "./measure.ts";
import { choiceTable, describeChoice, hadChoice } from "./recipes/describe_choice.ts";

/** Prints what a finished run is worth, beside the baselines and beside the run of `--compare`. */
export function printResults(
  results: Results,
  context: Omit<AdviceContext, "problemType">,
  other: RunComparison | undefined,
  log: Log,
): void {
  const { config, besideLinear } = results;
  const { name, split } = reportedSplit(results);
  const rows = split.examples.length;
  if (hadChoice(results.choice)) {
    log.report(`\n${describeChoice(choiceTable(results.choice, config.problemType), log.columns)}`);
  }
  const share = describeShare(context.encoderShare);
  if (share !== undefined) log.report(`\n${share}`);
  log.report(`\nResults on ${name} (${rows} rows)\n`);
  log.report(describeSplit(config, { ...split, rows }, log.columns));
  const temperature = describeTemperature(results);
  if (temperature !== undefined) log.report(`${temperature}\n`);
  const reuse = describeReuse(results);
  if (reuse !== undefined) log.report(`${reuse}\n`);
  const doubts = labelDoubts(results);
  if (doubts.length > 0) log.report(`worth a look:\n${doubts.map((line) => `  ${line}\n`).join("")}`);
  log.report(comparison(config.problemType, split.model, split.baselines, besideLinear));
  const { second: own, low } = decidingMetric(besideLinear);
  if (!(low > 0) && own !== 1) log.report(advice({ ...context, problemType: config.problemType }));
  if (other) log.report(`\n${describeComparison(other, log.columns)}`);
}

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
import { describeTemperature, type Results } from "./measure.ts";

/** Prints what a finished run is worth, beside the baselines and beside the run of `--compare`. */
export function printResults(
  results: Results,
  context: Omit<AdviceContext, "problemType">,
  other: RunComparison | undefined,
  log: Log,
): void {
  const { config, besideLinear } = results;
  const [name, split] = results.test ? ["test", results.test] as const : ["eval", results.eval] as const;
  const rows = split.examples.length;
  const share = describeShare(context.encoderShare);
  if (share !== undefined) log.result(`\n${share}`);
  log.result(`\nResults on the ${name} split (${rows} rows)\n`);
  log.result(describeSplit(config, { ...split, rows }));
  const temperature = describeTemperature(results);
  if (temperature !== undefined) log.result(`${temperature}\n`);
  log.result(comparison(config.problemType, split.model, split.baselines, besideLinear));
  const { second: own, low } = decidingMetric(besideLinear);
  if (!(low > 0) && own !== 1) log.result(advice({ ...context, problemType: config.problemType }));
  if (other) log.result(`\n${describeComparison(other)}`);
}

import {
  comparison,
  describeComparison,
  describeSplit,
  type Log,
  type RunComparison,
} from "@taxon/app-shared";
import type { Results } from "./measure.ts";

/** Prints what a finished run is worth, beside the baselines and beside the run of `--compare`. */
export function printResults(results: Results, other: RunComparison | undefined, log: Log): void {
  const { config } = results;
  const [name, split] = results.test ? ["test", results.test] as const : ["eval", results.eval] as const;
  log.report(`\nResults on the ${name} split (${split.examples.length} rows)\n`);
  log.report(describeSplit(config, split, log.columns) + "\n");
  log.report(comparison(config.problemType, split.model, split.baselines));
  if (other) log.report(`\n${describeComparison(other, log.columns)}`);
}

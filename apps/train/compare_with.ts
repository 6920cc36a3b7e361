import {
  compareRuns,
  type JudgedRun,
  readJudgedRun,
  requireSameRows,
  type RunComparison,
  UsageError,
} from "@taxon/app-shared";
import type { Results } from "./measure.ts";
import type { Prepared } from "./prepare.ts";

/**
 * Reads the run of `--compare` before anything is trained, so that one that cannot be compared is refused early.
 *
 * @throws {Error} If its labels or rows are not those of the run to come.
 */
export async function readRival(
  folder: string,
  { config, test, eval: evaluation }: Prepared,
): Promise<JudgedRun> {
  const judged = test ?? evaluation;
  if (judged === undefined) {
    throw new UsageError(
      `Cannot use --compare ${folder} without --test or --eval: with so few rows models are judged on training rows; ` +
        `name a split that both runs have`,
    );
  }
  const rival = await readJudgedRun(folder);
  requireSameRows(rival, { name: "this run", config, examples: judged.examples });
  return rival;
}

/** The finished run at `path` beside its rival, without the single texts: `deno task compare` shows those. */
export async function compareWith(
  rival: JudgedRun,
  path: string,
  { config, test, eval: evaluation }: Results,
): Promise<RunComparison> {
  const { examples, scores } = test ?? evaluation;
  const comparison = await compareRuns(rival, { name: path, config, examples, scores });
  return { ...comparison, fixed: undefined, broken: undefined };
}

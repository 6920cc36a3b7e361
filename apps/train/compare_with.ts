import {
  compareRuns,
  type JudgedRun,
  readJudgedRun,
  requireSameRows,
  type RunComparison,
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
  const rival = await readJudgedRun(folder);
  requireSameRows(rival, { name: "this run", config, examples: (test ?? evaluation).examples });
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

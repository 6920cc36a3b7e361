import {
  compareRuns,
  describeComparison,
  describeFlips,
  describeLabels,
  JOINER,
  type JudgedRun,
  type Log,
  openClassifier,
  readJudgedRun,
  readSplit,
  requireSameLabels,
  requireSameRows,
  type RunComparison,
  UsageError,
  withoutNaN,
} from "@taxon/app-shared";
import { ModelFolder, scoreRows, type TextClassifier } from "@taxon/classifier";
import type { Example } from "@taxon/data";
import type { CompareFlags } from "./command.ts";
import { costOf, describeCosts, type RunCost } from "./cost.ts";

/** Compares each run with the first one, on what they wrote of their test split or on `--file`. */
export async function compare(folders: readonly string[], flags: CompareFlags, log: Log): Promise<void> {
  if (folders.length < 2) {
    throw new UsageError(`Cannot compare ${folders[0] ?? "nothing"} with nothing: name two runs or more`);
  }
  const again = folders.find((folder, i) => folders.indexOf(folder) < i);
  if (again !== undefined) throw new UsageError(`Cannot compare ${again} with itself: name each run once`);
  const answers = flags.file === undefined
    ? await writtenAnswers(folders)
    : await scoredAnswers(folders, flags.file, flags, log);
  const [runs, costs]: [JudgedRun[], RunCost[]] = [[], []];
  for (const [i, folder] of folders.entries()) {
    using opened = await openClassifier(folder, flags);
    const { classifier, backendSummary } = opened;
    if (i === 0) log.note(`backend: ${backendSummary}`);
    const run = await answers(i, classifier);
    runs.push(run);
    costs.push(await costOf(folder, classifier, run.examples));
  }
  const [first, ...others] = runs;
  const comparisons = await Promise.all(others.map((run) => compareRuns(first, run, flags)));
  if (flags.json) {
    const limited = comparisons.map(({ fixed, broken, ...rest }) => {
      return { ...rest, fixed: fixed?.slice(0, flags.examples), broken: broken?.slice(0, flags.examples) };
    });
    return log.result(JSON.stringify({ comparisons: limited, costs }, withoutNaN));
  }
  for (const comparison of comparisons) log.report(describe(comparison, flags.examples, log.columns));
  log.report(describeCosts(costs, log.columns));
}

/** Gives the answers of the run at an index. */
type Answers = (index: number, classifier: TextClassifier) => JudgedRun | Promise<JudgedRun>;

async function writtenAnswers(folders: readonly string[]): Promise<Answers> {
  const runs = await Promise.all(folders.map(readJudgedRun));
  for (const run of runs.slice(1)) requireSameRows(runs[0], run); // before any model is loaded
  return (index) => runs[index];
}

/**
 * Answers of models on the rows of a file. Each reads its text from the columns that it was trained on, unless flags name
 * others; the right answers are read once.
 */
async function scoredAnswers(
  folders: readonly string[],
  file: string,
  flags: CompareFlags,
  log: Log,
): Promise<Answers> {
  const models = folders.map((folder) => ({ name: folder, config: new ModelFolder(folder).config() }));
  for (const model of models.slice(1)) requireSameLabels(models[0], model);
  const [{ config: first }] = models;
  const byColumns = new Map<string, Promise<Example[]>>();
  const splits = await Promise.all(models.map(({ config }) => {
    const columns = (config.columns ?? first.columns) &&
      { joiner: JOINER, ...config.columns, label: first.columns?.label };
    const key = JSON.stringify(columns);
    const split = byColumns.get(key) ?? readSplit(file, flags, { ...first, columns }, log);
    byColumns.set(key, split);
    return split;
  }));
  const places = splits.map((split) => split.map(({ row, file }) => `${file}:${row}`).join("\n"));
  const other = places.findIndex((rows) => rows !== places[0]);
  if (other >= 0) {
    throw new Error(
      `Cannot compare ${folders[0]} with ${
        folders[other]
      }: not the same rows of ${file} have a text in the columns ` +
        `of both; name the columns with --text-column`,
    );
  }
  return async (index, classifier) => {
    const { config } = classifier;
    const scores = scoreRows(await classifier.logits(classifier.encodeAll(splits[index])), config);
    return { name: folders[index], config, examples: splits[0], scores };
  };
}

function describe(comparison: RunComparison, examples: number, columns: number): string {
  const parts = [
    describeComparison(comparison, columns),
    describeLabels(comparison, columns),
    describeFlips(comparison, examples, columns),
  ];
  return parts.filter((part) => part !== "").join("\n\n") + "\n";
}

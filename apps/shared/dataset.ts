import type { DataColumns, EncoderClassifierConfig } from "@taxon/model";
import type { ProblemType } from "@taxon/decision";
import {
  assembleDataset,
  assembleSplit,
  type Dataset,
  type DatasetRows,
  type Example,
  type LabelledRow,
  parseRows,
} from "@taxon/data";
import { describeRemembered } from "./data_columns.ts";
import { type DataFlagValues, inFlags, readRows, type Warner } from "./data_files.ts";
import type { Log } from "./log.ts";

/** Which files make a data set, and how they read. */
export interface DatasetFlags extends DataFlagValues {
  train?: string;
  eval?: string;
  test?: string;
  /** Share of train that becomes eval where there is no eval file; absent: a tenth of many rows, none of few. */
  evalFraction?: number;
  problemType?: ProblemType;
  seed: number;
}

/** Fewer training rows are too few to carve some off: every model is judged by cross-validation on all of them. */
const FEW_ROWS = 1000;

/** Name of the embedded data set, and of its runs. */
export const EMBEDDED = "help-desk";

/**
 * The splits that the flags name, or the embedded help-desk messages.
 *
 * @param trained Columns of which a model was trained, where the flags name none.
 * @throws {SyntaxError} For a malformed row, with file and line.
 */
export async function loadDataset(
  flags: DatasetFlags,
  log: Warner,
  trained?: DataColumns,
): Promise<Dataset> {
  return await datasetOf(await readDataset(flags, log, trained), flags, log);
}

/** The rows of the files that the flags name, or of the embedded ones. */
export async function readDataset(
  flags: DatasetFlags,
  log: Warner,
  trained?: DataColumns,
): Promise<DatasetRows> {
  if (flags.train === undefined) {
    const [train, validation, test] = await Promise.all(["train", "validation", "test"].map(embeddedRows));
    return { train, eval: validation, test };
  }
  const [train, evaluation, test] = await Promise.all(
    [flags.train, flags.eval, flags.test].map((path) =>
      path === undefined ? undefined : readRows(path, flags, log, trained)
    ),
  );
  return { train: train!, eval: evaluation, test };
}

/** The splits of the rows that {@linkcode readDataset} read. */
export async function datasetOf(
  rows: DatasetRows,
  { train, problemType, evalFraction: wanted, seed, mergeLabels }: DatasetFlags,
  log: Warner,
): Promise<Dataset> {
  const evalFraction = wanted ?? (rows.train.length < FEW_ROWS ? 0 : 0.1);
  if (train === undefined) return assembleDataset(rows, { problemType: "single_label_classification" });
  return await inFlags(log, () => assembleDataset(rows, { problemType, evalFraction, seed, mergeLabels }));
}

/**
 * The examples of one file of labelled texts, for a model that is there: in its columns, with its labels.
 *
 * @throws {SyntaxError} For a malformed row, with file and line.
 * @throws {RangeError} For a label that the model does not know.
 */
export async function readSplit(
  path: string,
  flags: DataFlagValues,
  { problemType, labels, columns }: Pick<EncoderClassifierConfig, "problemType" | "labels" | "columns">,
  log: Log,
): Promise<Example[]> {
  const remembered = describeRemembered(flags, columns);
  if (remembered !== undefined) log.note(remembered);
  const rows = await readRows(path, flags, log, columns);
  return await inFlags(log, () => assembleSplit(rows, problemType, labels, flags));
}

/** What the run is called: the stem of the training file or folder. */
export function runName({ train }: Pick<DatasetFlags, "train">): string {
  if (train === undefined) return EMBEDDED;
  const stem = train.replace(/[\\/]+$/, "").split(/[\\/]/).at(-1)!.replace(/\.[^.]+$/, "");
  return stem.replace(/[^\w-]+/g, "-") || "run";
}

async function embeddedRows(split: string): Promise<LabelledRow[]> {
  const file = new URL(`../train/data/${split}.tsv`, import.meta.url);
  return parseRows(await Deno.readFile(file), { file: `${EMBEDDED}/${split}.tsv` });
}

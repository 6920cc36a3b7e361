import {
  assembleDataset,
  type Dataset,
  type DatasetRows,
  type LabelledRow,
  parseRows,
  type ProblemType,
} from "@taxon/text";
import { type DataFlagValues, readRows } from "./data_files.ts";

/** Which files make a data set, and how they read. */
export interface DatasetFlags extends DataFlagValues {
  train?: string;
  eval?: string;
  test?: string;
  evalFraction: number;
  problemType?: ProblemType;
  seed: number;
}

/** Name of the embedded data set, and of its runs. */
export const EMBEDDED = "help-desk";

/**
 * The splits that the flags name, or the embedded help-desk messages.
 *
 * @throws {SyntaxError} For a malformed row, with file and line.
 */
export async function loadDataset(flags: DatasetFlags): Promise<Dataset> {
  return datasetOf(await readDataset(flags), flags);
}

/** The rows of the files that the flags name, or of the embedded ones. */
export async function readDataset(flags: DatasetFlags): Promise<DatasetRows> {
  if (flags.train === undefined) {
    const [train, validation, test] = await Promise.all(["train", "validation", "test"].map(embeddedRows));
    return { train, eval: validation, test };
  }
  const [train, evaluation, test] = await Promise.all(
    [flags.train, flags.eval, flags.test].map((path) =>
      path === undefined ? undefined : readRows(path, flags)
    ),
  );
  return { train: train!, eval: evaluation, test };
}

/** The splits that {@linkcode readDataset} read. */
export function datasetOf(
  rows: DatasetRows,
  { train, problemType, evalFraction, seed }: DatasetFlags,
): Dataset {
  return assembleDataset(
    rows,
    train === undefined
      ? { problemType: "single_label_classification" }
      : { problemType, evalFraction, seed },
  );
}

/** What the run is called: the stem of the training file or folder. */
export function runName({ train }: Pick<DatasetFlags, "train">): string {
  if (train === undefined) return EMBEDDED;
  const stem = train.replace(/[\\/]+$/, "").split(/[\\/]/).at(-1)!.replace(/\.[^.]+$/, "");
  return stem.replace(/[^\w-]+/g, "-") || "run";
}

async function embeddedRows(split: string): Promise<LabelledRow[]> {
  const file = new URL(`../train/data/${split}.tsv`, import.meta.url);
  return parseRows(await Deno.readTextFile(file), { file: `${EMBEDDED}/${split}.tsv` });
}

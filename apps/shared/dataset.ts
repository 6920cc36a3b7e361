import { assembleDataset, type Dataset, type LabelledRow, parseRows, type ProblemType } from "@taxon/text";
import { type DataFlagValues, readRows, type Warner } from "./data_files.ts";

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
export async function loadDataset(flags: DatasetFlags, log: Warner): Promise<Dataset> {
  if (flags.train === undefined) {
    const [train, validation, test] = await Promise.all(["train", "validation", "test"].map(embeddedRows));
    return assembleDataset({ train, eval: validation, test }, { problemType: "single_label_classification" });
  }
  const [train, evaluation, test] = await Promise.all(
    [flags.train, flags.eval, flags.test].map((path) =>
      path === undefined ? undefined : readRows(path, flags, log)
    ),
  );
  return assembleDataset(
    { train: train!, eval: evaluation, test },
    { problemType: flags.problemType, evalFraction: flags.evalFraction, seed: flags.seed },
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
  return parseRows(await Deno.readFile(file), { file: `${EMBEDDED}/${split}.tsv` });
}

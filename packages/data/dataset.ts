import type { ProblemType } from "@taxon/decision";
import type { Example, LabelledRow } from "./example.ts";
import { labelSet, requireKnownLabels } from "./labels.ts";
import { labelSpellings, type MergedLabel, mergeLabels } from "./merge_labels.ts";
import { inferProblemType, type InferredProblemType, toExamples } from "./problem_type.ts";
import { stratifiedSplit } from "./split.ts";

/** The rows of each file a user named. */
export interface DatasetRows {
  /** Decide the problem type and the labels. */
  train: readonly LabelledRow[];
  /** Absent: carved from `train`. */
  eval?: readonly LabelledRow[];
  /** Absent: none. */
  test?: readonly LabelledRow[];
}

/** Choices about a data set; all have defaults. */
export interface DatasetOptions {
  /** Default: inferred from the labels of the training rows. */
  problemType?: ProblemType;
  /** Share of train that becomes eval when no eval rows are given; default 0.1. With 0 eval has no rows. */
  evalFraction?: number;
  /** Decides which rows that are; default 42. */
  seed?: number;
  /** Whether labels that differ only by case or space are one, see {@linkcode labelSpellings}; default false. */
  mergeLabels?: boolean;
}

/** A data set ready for training: label i of `labels` has id i. */
export interface Dataset {
  /** As asked, or inferred from the training rows. */
  problemType: ProblemType;
  /** How the problem type was found, in words. */
  problemTypeReason: string;
  /** What in the labels suggests another one. */
  problemTypeDoubt?: string;
  /** In the order of {@linkcode sortLabels}; empty for regression. */
  labels: string[];
  /** To learn from; without the rows carved off as `eval`. */
  train: Example[];
  /** To choose and calibrate by. */
  eval: Example[];
  /** To measure on at the end; absent where no rows were given. */
  test?: Example[];
  /** Labels of which several spellings were merged, by the training rows. */
  mergedLabels: MergedLabel[];
  /** Whether eval was carved from the training rows. */
  evalCarved: boolean;
}

/**
 * Builds a data set from parsed files: problem type, label ids, and an eval split carved from train where none is given.
 *
 * @throws {SyntaxError} For a label that does not fit the problem type, with file and line.
 * @throws {RangeError} For an unknown label in eval or test, for a file without rows, or for fewer than two labels.
 */
export function assembleDataset(rows: DatasetRows, options: DatasetOptions = {}): Dataset {
  const { evalFraction = 0.1, seed = 42 } = options;
  if (rows.train.length === 0) {
    throw new RangeError("Cannot train on no rows: the training file holds none");
  }
  const { problemType, reason, doubt }: InferredProblemType = options.problemType
    ? { problemType: options.problemType, reason: "as asked" }
    : inferProblemType(rows.train);

  const written = toExamples(rows.train, problemType);
  const spellings = options.mergeLabels ? labelSpellings(written) : undefined;
  const known = spellings?.map(({ label }) => label);
  const spell = (examples: Example[]) => known === undefined ? examples : mergeLabels(examples, known);
  const all = spell(written);
  const labels = labelSet(all);
  const fewest =
    { single_label_classification: 2, multi_label_classification: 1, regression: 0 }[problemType];
  if (labels.length < fewest) {
    const seen = labels.map((label) => `"${label}"`).join(", ") || "none";
    throw new RangeError(
      `Cannot train a classifier on ${labels.length} label(s) (${seen}): at least ${fewest} must occur`,
    );
  }
  const given = {
    eval: rows.eval && spell(toExamples(rows.eval, problemType)),
    test: rows.test && spell(toExamples(rows.test, problemType)),
  };
  for (const [name, split] of Object.entries(given)) {
    if (split?.length === 0) throw new RangeError(`Cannot measure on no rows: the ${name} file holds none`);
    if (split && problemType !== "regression") requireKnownLabels(split, labels);
  }

  const { train, heldOut } = given.eval || evalFraction === 0
    ? { train: all, heldOut: given.eval ?? [] }
    : stratifiedSplit(all, { problemType, fraction: evalFraction, seed });
  return {
    problemType,
    problemTypeReason: reason,
    ...(doubt !== undefined && { problemTypeDoubt: doubt }),
    labels,
    train,
    eval: heldOut,
    ...(given.test && { test: given.test }),
    mergedLabels: spellings?.filter(({ spellings }) => spellings.length > 1) ?? [],
    evalCarved: given.eval === undefined && heldOut.length > 0,
  };
}

/**
 * Rows as examples of a problem that is already known, such as that of a finished model.
 *
 * @throws {SyntaxError} For a label that does not fit the problem type, with file and line.
 * @throws {RangeError} For a label that is not among `labels`, or for no rows.
 */
export function assembleSplit(
  rows: readonly LabelledRow[],
  problemType: ProblemType,
  labels: readonly string[],
  options: Pick<DatasetOptions, "mergeLabels"> = {},
): Example[] {
  if (rows.length === 0) throw new RangeError("Cannot measure on no rows: the file holds none");
  const written = toExamples(rows, problemType);
  const examples = options.mergeLabels ? mergeLabels(written, labels) : written;
  if (problemType !== "regression") requireKnownLabels(examples, labels);
  return examples;
}

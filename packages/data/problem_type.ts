import type { ProblemType } from "@taxon/decision";
import type { Example, LabelledRow } from "./example.ts";

/** A problem type and, in words, how it was found. */
export interface InferredProblemType {
  /** What `toExamples` and `assembleDataset` take. */
  problemType: ProblemType;
  /** A clause that names the row which decided, where one did. */
  reason: string;
  /** What suggests another one. */
  doubt?: string;
}

/**
 * What the labels of a training file say about the problem: a list of labels means multi-label, numbers with a
 * fraction mean regression, anything else single-label.
 *
 * @example Stars with halves are quantities
 * ```ts
 * import { inferProblemType } from "@taxon/data";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = ["4", "2.5"].map((label, i) => ({ text: "ok", label, row: i + 1, file: "stars.csv" }));
 * assertEquals(inferProblemType(rows), {
 *   problemType: "regression",
 *   reason: "every label is a number, and 2.5 (stars.csv:2) is not a whole one",
 * });
 * ```
 */
export function inferProblemType(rows: readonly LabelledRow[]): InferredProblemType {
  const list = rows.find(({ label }) => typeof label !== "string");
  if (list) {
    return {
      problemType: "multi_label_classification",
      reason: `${list.file}:${list.row} has a list of labels`,
      ...(rows.every(({ label }) => typeof label !== "string" && label.length === 1) && {
        doubt:
          `every row of ${list.file} has a list of exactly one label, and each class is answered by itself; ` +
          "choose problemType single_label_classification if exactly one is right",
      }),
    };
  }
  const allNumbers = rows.length > 0 && rows.every(({ label }) => Number.isFinite(toNumber(label as string)));
  const fraction = allNumbers && rows.find(({ label }) => !Number.isInteger(toNumber(label as string)));
  if (fraction) {
    return {
      problemType: "regression",
      reason:
        `every label is a number, and ${fraction.label} (${fraction.file}:${fraction.row}) is not a whole one`,
    };
  }
  return {
    problemType: "single_label_classification",
    reason: allNumbers
      ? "each row has one label, a whole number taken as the name of a class; say regression if it is a quantity"
      : "each row has one label",
  };
}

/**
 * Rows with their labels read as `problemType` asks.
 *
 * @throws {SyntaxError} Naming file and line: no label or several in a single-label problem, a label that is
 * not a number in regression, an empty or repeated name in a list.
 */
export function toExamples(rows: readonly LabelledRow[], problemType: ProblemType): Example[] {
  const read = readers[problemType];
  return rows.map(({ text, textPair, label, row, file }) => ({
    text,
    ...(textPair !== undefined && { textPair }),
    ...read(label, `${file}:${row}`),
    row,
    file,
  }));
}

type LabelReader = (label: LabelledRow["label"], place: string) => Pick<Example, "labels" | "target">;

const readers: Record<ProblemType, LabelReader> = {
  single_label_classification(given, place) {
    const label = soleLabel(given);
    if (typeof label !== "string") {
      throw new SyntaxError(
        `${place}: ${label.length} labels in a list, expected one label; several need multi_label_classification`,
      );
    }
    if (label.trim() === "") {
      throw new SyntaxError(`${place}: label is empty; option skipEmpty leaves rows without a label out`);
    }
    return { labels: [label] };
  },
  multi_label_classification(label, place) {
    const labels = typeof label !== "string" ? label : label.trim() === "" ? [] : [label];
    labels.forEach((name, i) => {
      if (name.trim() === "") throw new SyntaxError(`${place}: label ${i + 1} of the list is empty`);
      if (labels.indexOf(name) !== i) throw new SyntaxError(`${place}: label "${name}" is listed twice`);
    });
    return { labels };
  },
  regression(given, place) {
    const label = soleLabel(given);
    const target = typeof label === "string" ? toNumber(label) : NaN;
    if (!Number.isFinite(target)) {
      throw new SyntaxError(`${place}: label ${JSON.stringify(label)} is not a number, as regression needs`);
    }
    return { labels: [], target };
  },
};

/** The label of a list of one; other lists as they are. */
function soleLabel(label: LabelledRow["label"]): LabelledRow["label"] {
  return typeof label !== "string" && label.length === 1 ? label[0] : label;
}

/** NaN for anything but a decimal number: `Number` alone would read "" as 0 and "0x10" as 16. */
function toNumber(label: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(label) ? Number(label) : NaN;
}

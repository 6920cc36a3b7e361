import { confusionMatrix, matthewsCorrelation } from "./confusion.ts";
import {
  type ClassScore,
  type Counts,
  macroAverage,
  microAverage,
  ratio,
  scoreCounts,
  weightedAverage,
} from "./scores.ts";

/** What scikit-learn reports about a single-label classifier. */
export interface ClassificationMetrics {
  /** Share of rows with the right class. */
  accuracy: number;
  /** Matthews' correlation coefficient. */
  mcc: number;
  /** One entry a class id. */
  perClass: ClassScore[];
  /** Mean of the classes, each weighted alike. */
  macro: ClassScore;
  /** All decisions pooled: precision, recall and F1 equal the accuracy. */
  micro: ClassScore;
  /** Mean of the classes, each weighted by its support. */
  weighted: ClassScore;
  /** Counts, [truth][predicted]. */
  confusion: number[][];
}

/**
 * Accuracy, precision, recall, F1 and the confusion matrix, as scikit-learn computes them over all `classes`:
 * also one that is absent from the truth counts in the macro average.
 *
 * @example
 * ```ts
 * import { classificationMetrics } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const { accuracy, perClass } = classificationMetrics([0, 0, 1, 1], [0, 1, 1, 1], 2);
 * assertEquals(accuracy, 0.75);
 * assertEquals(perClass[0], { precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
 * ```
 *
 * @param truth Class ids, [rows].
 * @param predicted Class ids, [rows].
 * @throws {RangeError} If the lengths differ or an id is not below `classes`.
 */
export function classificationMetrics(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): ClassificationMetrics {
  const confusion = confusionMatrix(truth, predicted, classes);
  const counts: Counts[] = confusion.map((row, k) => {
    const tp = row[k];
    const guessed = confusion.reduce((sum, other) => sum + other[k], 0);
    return { tp, fp: guessed - tp, fn: row.reduce((sum, count) => sum + count, 0) - tp };
  });
  const perClass = counts.map(scoreCounts);
  return {
    accuracy: ratio(counts.reduce((sum, { tp }) => sum + tp, 0), truth.length),
    mcc: matthewsCorrelation(confusion),
    perClass,
    macro: macroAverage(perClass),
    micro: microAverage(counts),
    weighted: weightedAverage(perClass),
    confusion,
  };
}

import {
  type ClassScore,
  type Counts,
  macroAverage,
  microAverage,
  ratio,
  scoreCounts,
  weightedAverage,
} from "./scores.ts";

/** What scikit-learn reports about a multi-label classifier. */
export interface MultiLabelMetrics {
  /** Share of rows with every label right. */
  subsetAccuracy: number;
  /** Share of wrong decisions. */
  hammingLoss: number;
  /** One entry a label, in the order of the columns. */
  perLabel: ClassScore[];
  /** Mean of the labels, each weighted alike. */
  macro: ClassScore;
  /** All decisions pooled. */
  micro: ClassScore;
  /** Mean of the labels, each weighted by its support. */
  weighted: ClassScore;
  /** Mean over rows; a row with no label and no prediction scores 0. */
  samples: ClassScore;
}

/**
 * Subset accuracy, precision, recall and F1 of decisions about several labels a row, as in scikit-learn.
 *
 * @param truth 0 or 1, [rows, labels].
 * @param predicted 0 or 1, [rows, labels].
 * @throws {RangeError} If the lengths differ or are not a multiple of `labels`.
 */
export function multiLabelMetrics(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labels: number,
): MultiLabelMetrics {
  if (truth.length !== predicted.length || truth.length % labels !== 0) {
    throw new RangeError(
      `Cannot compare ${predicted.length} decisions with ${truth.length}: both must be rows of ${labels} labels`,
    );
  }
  const rows = truth.length / labels;
  const perRow = Array.from({ length: rows }, emptyCounts);
  const counts = Array.from({ length: labels }, emptyCounts);
  for (let i = 0; i < truth.length; i++) {
    const outcome = outcomeOf(truth[i], predicted[i]);
    if (outcome === undefined) continue;
    perRow[Math.floor(i / labels)][outcome]++;
    counts[i % labels][outcome]++;
  }
  const wrong = perRow.map(({ fp, fn }) => fp + fn);
  const perLabel = counts.map(scoreCounts);
  return {
    subsetAccuracy: ratio(wrong.filter((count) => count === 0).length, rows),
    hammingLoss: ratio(wrong.reduce((sum, count) => sum + count, 0), truth.length),
    perLabel,
    macro: macroAverage(perLabel),
    micro: microAverage(counts),
    weighted: weightedAverage(perLabel),
    samples: macroAverage(perRow.map(scoreCounts)),
  };
}

function emptyCounts(): Counts {
  return { tp: 0, fp: 0, fn: 0 };
}

function outcomeOf(truth: number, predicted: number): keyof Counts | undefined {
  return predicted ? (truth ? "tp" : "fp") : truth ? "fn" : undefined;
}

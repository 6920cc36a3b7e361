import { meanOf, pearson } from "./pearson.ts";
import { averageRanks } from "./ranks.ts";

/** How close predicted numbers are to the true ones. */
export interface RegressionMetrics {
  /** Linear correlation; NaN where truth or prediction is constant. */
  pearson: number;
  /** Correlation of the ranks, equal values sharing their mean rank; NaN where one side is constant. */
  spearman: number;
  /** In the target's unit, squared. */
  meanSquaredError: number;
  /** In the target's unit. */
  meanAbsoluteError: number;
  /** Share of the variance explained; below 0 for worse than the mean. A constant truth gives 1 if met exactly, otherwise 0. */
  r2: number;
}

/**
 * Pearson and Spearman correlation, squared and absolute error, R², as in SciPy and scikit-learn.
 *
 * @throws {RangeError} If the lengths differ.
 */
export function regressionMetrics(truth: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  if (truth.length !== predicted.length) {
    throw new RangeError(
      `Cannot compare ${predicted.length} predictions with ${truth.length} rows: the numbers must be equal`,
    );
  }
  const n = truth.length;
  const mean = meanOf(truth);
  let squared = 0;
  let absolute = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    squared += (truth[i] - predicted[i]) ** 2;
    absolute += Math.abs(truth[i] - predicted[i]);
    total += (truth[i] - mean) ** 2;
  }
  return {
    pearson: pearson(truth, predicted),
    spearman: pearson(averageRanks(truth), averageRanks(predicted)),
    meanSquaredError: squared / n,
    meanAbsoluteError: absolute / n,
    r2: total > 0 ? 1 - squared / total : squared === 0 ? 1 : 0,
  };
}

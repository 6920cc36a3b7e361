import type { CountedMetrics } from "./paired_bootstrap.ts";
import { pearson } from "./pearson.ts";
import { ascendingOrder, averageRanks } from "./ranks.ts";
import { type Counts, macroAverage, microAverage, ratio, scoreCounts } from "./scores.ts";

/**
 * Accuracy (rows with every label right), macro-F1 and micro-F1 for the resamples of {@linkcode pairedBootstrap}. As in
 * `multiLabelMetrics`, a label that occurs neither in truth nor decision has an F1 of 0.
 *
 * @param truth 0 or 1, [rows, labels]; for single-label problems one 1 a row.
 * @param decided 0 or 1, [rows, labels].
 */
export function countedLabelMetrics(
  truth: ArrayLike<number>,
  decided: ArrayLike<number>,
  labels: number,
): CountedMetrics {
  // Few labels of a row are true or decided, so only those are listed: row, and 3 · label + 0 (tp), 1 (fp) or 2 (fn)
  const [rows, outcomes]: [number[], number[]] = [[], []];
  const right = new Uint8Array(truth.length / labels).fill(1);
  for (let i = 0; i < truth.length; i++) {
    if (!truth[i] && !decided[i]) continue;
    const row = Math.floor(i / labels);
    const outcome = truth[i] && decided[i] ? 0 : decided[i] ? 1 : 2;
    rows.push(row);
    outcomes.push(3 * (i % labels) + outcome);
    if (outcome !== 0) right[row] = 0;
  }
  return (counts) => {
    const sums = new Float64Array(3 * labels);
    for (let i = 0; i < rows.length; i++) sums[outcomes[i]] += counts[rows[i]];
    let [correct, total] = [0, 0];
    for (let row = 0; row < right.length; row++) {
      correct += right[row] * counts[row];
      total += counts[row];
    }
    const perLabel = Array.from({ length: labels }, (_, k): Counts => {
      return { tp: sums[3 * k], fp: sums[3 * k + 1], fn: sums[3 * k + 2] };
    });
    const macro = macroAverage(perLabel.map(scoreCounts));
    return [ratio(correct, total), macro.f1, microAverage(perLabel).f1];
  };
}

/** Pearson's and Spearman's correlation, root of the mean squared error and mean absolute error for the resamples of {@linkcode pairedBootstrap}. */
export function countedNumberMetrics(truth: ArrayLike<number>, predicted: ArrayLike<number>): CountedMetrics {
  const orders = [ascendingOrder(truth), ascendingOrder(predicted)];
  const errors = Float64Array.from(truth, (value, row) => predicted[row] - value);
  return (counts) => [
    pearson(truth, predicted, counts),
    pearson(
      averageRanks(truth, counts, orders[0]),
      averageRanks(predicted, counts, orders[1]),
      counts,
    ),
    Math.sqrt(countedMean(errors.map((error) => error * error), counts)),
    countedMean(errors.map(Math.abs), counts),
  ];
}

function countedMean(values: Float64Array, counts: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    sum += counts[row] * values[row];
    total += counts[row];
  }
  return sum / total;
}

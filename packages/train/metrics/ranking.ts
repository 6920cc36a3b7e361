import { averageRanks } from "./ranks.ts";

/**
 * Area under the ROC curve: how often a positive scores above a negative, ties counting half.
 *
 * @param truth 0 or 1.
 * @param scores Larger means more positive.
 * @returns From 0 to 1; NaN where there are only positives or only negatives.
 */
export function rocAuc(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const ranks = averageRanks(scores);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < truth.length; i++) {
    if (!truth[i]) continue;
    positives++;
    rankSum += ranks[i];
  }
  return (rankSum - positives * (positives + 1) / 2) / (positives * (truth.length - positives)); // Mann–Whitney U
}

/**
 * Average precision: the mean of the precision at each threshold, weighted by the recall gained there.
 * Equal scores form one threshold, as in scikit-learn.
 *
 * @param truth 0 or 1.
 * @param scores Larger means more positive.
 * @returns From 0 to 1; 0 where there is no positive.
 */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = Array.from({ length: truth.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const positives = order.filter((i) => truth[i]).length;
  let sum = 0;
  let found = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const before = found;
    while (end < order.length && scores[order[end]] === scores[order[start]]) {
      if (truth[order[end++]]) found++;
    }
    sum += (found - before) * (found / end);
  }
  return positives === 0 ? 0 : sum / positives;
}

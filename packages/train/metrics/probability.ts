/**
 * Mean negative log-likelihood of the true classes, in nats.
 *
 * @param probabilities [rows, classes]; 0 counts as 2⁻⁵², as in scikit-learn.
 * @param truth Class ids, [rows].
 */
export function logLoss(probabilities: ArrayLike<number>, truth: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    sum -= Math.log(Math.max(probabilities[i * classes + truth[i]], Number.EPSILON));
  }
  return sum / truth.length;
}

/**
 * Brier score: mean squared distance of the probabilities from the truth, summed over the classes. With two
 * classes half of that, so that it equals the usual (p − y)² of the positive class; scikit-learn does the same.
 *
 * @param probabilities [rows, classes]
 * @param truth Class ids, [rows].
 */
export function brierScore(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    for (let k = 0; k < classes; k++) sum += (probabilities[i * classes + k] - (truth[i] === k ? 1 : 0)) ** 2;
  }
  return sum / truth.length / (classes === 2 ? 2 : 1);
}

/**
 * How often each class was taken for each.
 *
 * @param truth Class ids, [rows].
 * @param predicted Class ids, [rows].
 * @returns Counts, [truth][predicted].
 * @throws {RangeError} If the lengths differ or an id is not below `classes`.
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  if (truth.length !== predicted.length) {
    throw new RangeError(
      `Cannot compare ${predicted.length} predictions with ${truth.length} rows: the numbers must be equal`,
    );
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) {
    for (const id of [truth[i], predicted[i]]) {
      if (!(Number.isInteger(id) && id >= 0 && id < classes)) {
        throw new RangeError(`Cannot count class ${id} in row ${i}: ids go from 0 to ${classes - 1}`);
      }
    }
    matrix[truth[i]][predicted[i]]++;
  }
  return matrix;
}

/**
 * Matthews' correlation of truth and prediction for any number of classes (Gorodkin 2004); 0 if either is constant.
 *
 * @param confusion Counts, [truth][predicted].
 */
export function matthewsCorrelation(confusion: readonly (readonly number[])[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const actual = confusion.map(sum);
  const guessed = confusion.map((_, k) => sum(confusion.map((row) => row[k])));
  const rows = sum(actual);
  const right = sum(confusion.map((row, k) => row[k]));
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, k) => value * b[k]));
  const spread = (rows * rows - dot(guessed, guessed)) * (rows * rows - dot(actual, actual));
  return spread === 0 ? 0 : (right * rows - dot(actual, guessed)) / Math.sqrt(spread);
}

/**
 * The class with the largest score of each row; the first of equal ones.
 *
 * @param scores Logits or probabilities, [rows, classes].
 * @returns Class ids, [rows].
 */
export function argmaxRows(scores: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (scores[row * classes + k] > scores[row * classes + best]) best = k;
    }
    return best;
  });
}

/**
 * Pearson's correlation; NaN where a side is constant.
 *
 * @param counts How often each pair is there; once if not given.
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>, counts?: ArrayLike<number>): number {
  if (isConstant(a, counts) || isConstant(b, counts)) {
    return NaN; // said outright: the rounding of the mean would make up a number
  }
  const [meanA, meanB] = [meanOf(a, counts), meanOf(b, counts)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const count = counts ? counts[i] : 1;
    ab += count * (a[i] - meanA) * (b[i] - meanB);
    aa += count * (a[i] - meanA) ** 2;
    bb += count * (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The mean of values that are there `counts` times each, or once. */
export function meanOf(values: ArrayLike<number>, counts?: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const count = counts ? counts[i] : 1;
    sum += count * values[i];
    total += count;
  }
  return sum / total;
}

function isConstant(values: ArrayLike<number>, counts?: ArrayLike<number>): boolean {
  let seen: number | undefined;
  for (let i = 0; i < values.length; i++) {
    if (counts?.[i] === 0) continue;
    seen ??= values[i];
    if (values[i] !== seen) return false;
  }
  return true;
}

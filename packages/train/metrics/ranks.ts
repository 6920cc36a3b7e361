/** Indices of the values from the smallest to the largest. */
export function ascendingOrder(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
}

/**
 * Ranks from 1; equal values share the mean of their ranks.
 *
 * @param counts How often each value is there; once if not given. One that is not there at all gets a rank without
 * meaning.
 * @param order Of `values`, where it is known already.
 */
export function averageRanks(
  values: ArrayLike<number>,
  counts?: ArrayLike<number>,
  order: Int32Array = ascendingOrder(values),
): Float64Array {
  const ranks = new Float64Array(values.length);
  let below = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    let equal = 0;
    while (end < order.length && values[order[end]] === values[order[start]]) {
      equal += counts ? counts[order[end]] : 1;
      end++;
    }
    for (let i = start; i < end; i++) ranks[order[i]] = below + (1 + equal) / 2;
    below += equal;
  }
  return ranks;
}

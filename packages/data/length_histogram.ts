/** Bucket of a length histogram: how many texts have `from` to `to` units, both included. */
export interface LengthBucket {
  /** Fewest units. */
  from: number;
  /** Most units; the last bucket may reach beyond the longest text. */
  to: number;
  /** Number of texts. */
  count: number;
}

/** How long the texts of a split are. */
export interface LengthSummary {
  /** Shortest. */
  min: number;
  /** Nearest-rank: a length that occurs. */
  median: number;
  /** Nearest-rank 95th percentile. */
  p95: number;
  /** Longest. */
  max: number;
  /** 0, 1, 2, 3–4, 5–8, 9–16, … up to the longest text. */
  buckets: LengthBucket[];
}

/** Summary of `lengths`; of no texts at all every figure is 0. */
export function summarizeLengths(lengths: readonly number[]): LengthSummary {
  const sorted = [...lengths].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const max = rank(1);
  const buckets: LengthBucket[] = [];
  for (let from = 0, to = 0; from <= max; from = to + 1, to = to < 2 ? to + 1 : 2 * to) {
    buckets.push({ from, to, count: sorted.filter((length) => length >= from && length <= to).length });
  }
  return { min: sorted[0] ?? 0, median: rank(0.5), p95: rank(0.95), max, buckets };
}

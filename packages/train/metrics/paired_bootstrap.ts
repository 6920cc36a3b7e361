import { foldIn, type Key, keyFromSeed, threefry } from "@taxon/tensor";

/**
 * Some metrics of one model on a data set, as a function of how often each of its rows counts, [rows]. A metric that
 * does not exist for these counts is NaN.
 */
export type CountedMetrics = (counts: ArrayLike<number>) => readonly number[];

/** How many resamples are drawn, and what the interval covers. */
export interface BootstrapOptions {
  /** Default 10,000. */
  resamples?: number;
  /** Share of the differences that lies in the interval; default 0.95. */
  confidence?: number;
  /** Decides the resamples; default 42. */
  seed?: number;
}

/** A difference of two models, second − first, and between what it varies with the choice of the rows. */
export interface DifferenceInterval {
  /** On the rows as they are; NaN if one model has no value there. */
  difference: number;
  /** NaN if no resample has a value. */
  low: number;
  /** NaN as `low`. */
  high: number;
}

/**
 * The paired bootstrap: draws as many rows as there are, with replacement, the same ones for both models, and takes the
 * percentiles of the difference of their metrics (Efron & Tibshirani 1993, "An Introduction to the Bootstrap",
 * chapter 13). It tells how far a difference depends on the rows at hand, not how it would vary with another seed of
 * the training.
 *
 * @example Is a model that has 90 of 100 rows right better than one that has 80?
 * ```ts
 * import { type CountedMetrics, pairedBootstrap } from "@taxon/train";
 * import { assert } from "@std/assert";
 *
 * const right = (rows: number): CountedMetrics => (counts) => {
 *   let sum = 0;
 *   for (let i = 0; i < rows; i++) sum += counts[i];
 *   return [sum / 100];
 * };
 * const [{ low, high }] = pairedBootstrap(100, right(80), right(90));
 * assert(low > 0 && high < 0.2);
 * ```
 *
 * @returns One interval for each metric.
 * @throws {RangeError} If there are no rows.
 */
export function pairedBootstrap(
  rows: number,
  first: CountedMetrics,
  second: CountedMetrics,
  { resamples = 10_000, confidence = 0.95, seed = 42 }: BootstrapOptions = {},
): DifferenceInterval[] {
  if (rows < 1) throw new RangeError(`Cannot resample ${rows} rows: at least 1 is needed`);
  const differences = (counts: ArrayLike<number>) => {
    const before = first(counts);
    return second(counts).map((value, i) => value - before[i]);
  };
  const observed = differences(new Int32Array(rows).fill(1));
  const drawn = observed.map(() => new Float64Array(resamples));
  const key = foldIn(keyFromSeed(seed), "bootstrap");
  const counts = new Int32Array(rows);
  for (let resample = 0; resample < resamples; resample++) {
    draw(key, resample, counts);
    differences(counts).forEach((value, i) => drawn[i][resample] = value);
  }
  return observed.map((difference, i) => ({ difference, ...percentiles(drawn[i], confidence) }));
}

/** How often each row comes up in as many draws as there are rows. */
function draw(key: Key, resample: number, counts: Int32Array): void {
  counts.fill(0);
  const perWord = counts.length * 2 ** -32;
  for (let i = 0; i < counts.length; i += 2) {
    const [a, b] = threefry(key, [i, resample]);
    counts[Math.floor(a * perWord)]++;
    if (i + 1 < counts.length) counts[Math.floor(b * perWord)]++;
  }
}

/** The k-th smallest and the k-th largest value, k = ⌊(B + 1) · α⌋ (Efron & Tibshirani, chapter 12.5). */
function percentiles(values: Float64Array, confidence: number): { low: number; high: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const k = Math.max(1, Math.floor((sorted.length + 1) * (1 - confidence) / 2));
  return { low: sorted[k - 1] ?? NaN, high: sorted[sorted.length - k] ?? NaN };
}

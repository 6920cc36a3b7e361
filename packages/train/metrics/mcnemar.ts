/** Whether two classifiers are right equally often, judged by the rows on which only one of them is. */
export interface McNemarResult {
  /** Rows that only the first has right. */
  onlyFirst: number;
  /** Rows that only the second has right. */
  onlySecond: number;
  /** Two-sided probability of so uneven a split, if both were equally good. */
  pValue: number;
  /** Exact where fewer than 25 rows are right for one only, see {@linkcode mcnemarTest}. */
  method: "exact binomial" | "binomial mid-p";
}

/** From so many rows on that only one has right, the exact test is needlessly strict. */
const ENOUGH = 25;

/**
 * McNemar's test. Under its hypothesis the discordant rows are tosses of a fair coin, so the probability comes from the
 * binomial distribution: exact below 25 of them; from then on its mid-p form, which counts half of the probability of
 * the observed split and so errs as often as its level says (Fagerland, Lydersen & Laake 2013, "The McNemar test for
 * binary matched-pairs data").
 *
 * @example Of 8 rows that only one of both has right, 7 are the second's
 * ```ts
 * import { mcnemarTest } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const { pValue, method } = mcnemarTest(1, 7);
 * assertEquals([pValue.toFixed(4), method], ["0.0703", "exact binomial"]);
 * ```
 *
 * @throws {RangeError} If a count is negative or no integer.
 */
export function mcnemarTest(onlyFirst: number, onlySecond: number): McNemarResult {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`Cannot test with ${count} rows: counts are integers from 0`);
    }
  }
  const tosses = onlyFirst + onlySecond;
  const { tail, last } = fairCoin(tosses, Math.min(onlyFirst, onlySecond));
  const exact = tosses < ENOUGH;
  return {
    onlyFirst,
    onlySecond,
    pValue: Math.min(1, 2 * tail - (exact ? 0 : last)),
    method: exact ? "exact binomial" : "binomial mid-p",
  };
}

/** Probability of at most `heads` (tail) and of exactly so many heads (last), summed from logarithms: 2⁻ⁿ underflows. */
function fairCoin(tosses: number, heads: number): { tail: number; last: number } {
  let log = -tosses * Math.LN2;
  let last = Math.exp(log);
  let tail = last;
  for (let k = 1; k <= heads; k++) {
    log += Math.log((tosses - k + 1) / k);
    last = Math.exp(log);
    tail += last;
  }
  return { tail, last };
}

import type { TemperatureFit } from "./calibration.ts";

const STEPS = 20;

/** What {@linkcode fitOpinionPool} found. */
export interface OpinionPool {
  /** Weight of the first classifier, 0 … 1; the second has the rest. */
  share: number;
  /** Of the pooled logits at their best temperature, mean in nats. */
  nll: number;
}

/**
 * Joins two classifiers by a logarithmic opinion pool (Genest & Zidek 1986; a product of experts): logits
 * share · first + (1 − share) · second. Fit it on rows that neither was trained on.
 *
 * @param first Logits, [rows, classes].
 * @param second Logits, [rows, classes].
 * @param fit How good logits are at their best temperature: `fitTemperature` or `fitSigmoidTemperature` on the rows' truth.
 * @returns The share, in steps of 0.05, with the largest likelihood; between equals the smaller one.
 */
export function fitOpinionPool(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  fit: (logits: Float64Array) => TemperatureFit,
): OpinionPool {
  const pools = Array.from({ length: STEPS + 1 }, (_, step): OpinionPool => {
    const share = step / STEPS;
    const pooled = Float64Array.from(first, (logit, i) => share * logit + (1 - share) * second[i]);
    return { share, nll: fit(pooled).nllAfter };
  });
  return pools.reduce((best, pool) => pool.nll < best.nll ? pool : best);
}

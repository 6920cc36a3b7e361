import type { TemperatureFit } from "./calibration.ts";

const STEPS = 20;
/** Standard deviation of the prior on the share, half a normal distribution from 0 on (`docs/training.md`). */
const PRIOR_SHARE = 0.2;

/** What {@linkcode fitOpinionPool} found. */
export interface OpinionPool {
  /** Weight of the first classifier, 0 … 1; the second has the rest. */
  share: number;
  /** Of the pooled logits at their temperature, mean in nats. */
  nll: number;
}

/**
 * Joins two classifiers by a logarithmic opinion pool (Genest & Zidek 1986; a product of experts): logits
 * share · first + (1 − share) · second. Fit it on rows that neither was trained on. A prior leaves few rows to the
 * second classifier, unless the first makes them much more likely.
 *
 * @param first Logits, [rows, classes].
 * @param second Logits, [rows, classes].
 * @param fit How good logits are at their best temperature: `fitTemperature` or `fitSigmoidTemperature` on the rows' truth.
 * @returns The most probable share in steps of 0.05.
 */
export function fitOpinionPool(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  fit: (logits: Float64Array) => TemperatureFit,
): OpinionPool {
  const pools = Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = step / STEPS;
    const pooled = Float64Array.from(first, (logit, i) => share * logit + (1 - share) * second[i]);
    const { nllAfter: nll, cost } = fit(pooled);
    return { share, nll, cost: cost + (share / PRIOR_SHARE) ** 2 / 2 };
  });
  const { share, nll } = pools.reduce((best, pool) => pool.cost < best.cost ? pool : best);
  return { share, nll };
}

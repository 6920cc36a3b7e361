import type { OnProgress } from "./progress.ts";

/** Bounds of what the bisection looks at; the prior keeps fits far from them unless thousands of rows agree. */
const MIN_TEMPERATURE = 0.1;
const MAX_TEMPERATURE = 10;
const BISECTIONS = 50; // log10(10 / 0.1) / 2^50: below float64 precision

/**
 * Weight of the prior: β = 1 / temperature has a gamma distribution with mode 1 and a standard deviation of 0.26. Its
 * penalty is convex like the likelihood. 8 and 32 were tried too (`docs/training.md`).
 */
const PRIOR = 16;
/** Nats by which another temperature must be more probable than 1: the likelihood ratio test at 5 %, χ²₁ = 3.841. */
const EVIDENCE = 3.841 / 2;

/** How answers count in a fit, and who is told of it. */
export interface TemperatureFitOptions {
  /**
   * How much each answer counts; 1 if not given. They are scaled to a mean of 1: they say which matter, not how many
   * there are.
   */
  weights?: ArrayLike<number>;
  /** Called before each look at all rows with the share that is done. */
  onProgress?: OnProgress;
}

/** Result of a temperature fit. */
export interface TemperatureFit {
  /** Divide logits by this before softmax or sigmoid; exactly 1 where the rows do not suffice to tell another. */
  temperature: number;
  /** Mean negative log-likelihood in nats with a temperature of 1. */
  nllBefore: number;
  /** The same with the fitted one; never larger. */
  nllAfter: number;
  /**
   * What tells which of several logits fits the same rows best: the summed negative log-likelihood and the prior's
   * penalty at the most probable temperature, whether or not it is far enough from 1.
   */
  cost: number;
}

/**
 * Temperature scaling of a softmax classifier (Guo et al. 2017): one number that makes its probabilities
 * honest without changing which class wins. Fit it on rows that were not trained on.
 *
 * Few rows, or rows that are all answered right, cannot bound a temperature: their likelihood alone would ask for 0. So
 * it is the most probable one under a prior around 1, as Platt 1999 smooths targets, and it stays 1 unless the rows
 * speak clearly for another.
 *
 * @example Twenty right answers do not make a model surer of itself
 * ```ts
 * import { fitTemperature } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const logits = Array.from({ length: 20 }, () => [2, 0]).flat();
 * assertEquals(fitTemperature(logits, new Array(20).fill(0), 2).temperature, 1);
 * ```
 *
 * @param logits [rows, classes]
 * @param truth Class ids, [rows].
 * @param options Weights are [rows]; what `onProgress` throws ends the fit.
 * @returns A temperature between 0.1 and 10; 1 for no rows.
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
  { weights, onProgress }: TemperatureFitOptions = {},
): TemperatureFit {
  const own = scaledWeights(weights, truth.length);
  return minimize(truth.length, onProgress, (beta) => {
    let nll = 0;
    let slope = 0;
    for (let row = 0; row < truth.length; row++) {
      const start = row * classes;
      const right = logits[start + truth[row]];
      let max = -Infinity;
      for (let k = 0; k < classes; k++) max = Math.max(max, logits[start + k]);
      let sum = 0;
      let weighted = 0;
      for (let k = 0; k < classes; k++) {
        const power = Math.exp(beta * (logits[start + k] - max));
        sum += power;
        weighted += power * (logits[start + k] - right);
      }
      const times = own?.[row] ?? 1;
      nll += times * (Math.log(sum) + beta * (max - right));
      slope += times * weighted / sum; // E[z − z of the true class], summed so that nothing cancels
    }
    return { nll, slope };
  });
}

/**
 * Temperature scaling of a multi-label classifier: one number for all its sigmoids.
 *
 * @param logits [rows, labels]
 * @param truth 0 or 1, [rows, labels].
 * @param options Weights are [rows, labels]; otherwise as for {@linkcode fitTemperature}.
 * @returns A temperature between 0.1 and 10; 1 for no rows. The likelihood is a mean over rows and labels.
 */
export function fitSigmoidTemperature(
  logits: ArrayLike<number>,
  truth: ArrayLike<number>,
  { weights, onProgress }: TemperatureFitOptions = {},
): TemperatureFit {
  const own = scaledWeights(weights, truth.length);
  return minimize(truth.length, onProgress, (beta) => {
    let nll = 0;
    let slope = 0;
    for (let i = 0; i < truth.length; i++) {
      const z = beta * logits[i];
      const times = own?.[i] ?? 1;
      nll += times * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - truth[i] * z);
      slope += times * (1 / (1 + Math.exp(-z)) - truth[i]) * logits[i];
    }
    return { nll, slope };
  });
}

function scaledWeights(weights: ArrayLike<number> | undefined, count: number): Float64Array | undefined {
  if (weights === undefined) return undefined;
  const own = Float64Array.from(weights);
  const sum = own.reduce((sum, weight) => sum + weight, 0);
  if (own.length !== count || !(sum > 0 && Number.isFinite(sum))) {
    throw new RangeError(
      `Cannot weigh ${count} answers by ${own.length} weights that sum to ${sum}: give one for each, above 0`,
    );
  }
  return own.map((weight) => weight * count / sum);
}

/** Likelihood and penalty are convex in β = 1 / temperature, so their slope changes sign once: bisection cannot miss. */
function minimize(
  count: number,
  onProgress: OnProgress = () => {},
  evaluate: (beta: number) => { nll: number; slope: number },
): TemperatureFit {
  if (count === 0) return { temperature: 1, nllBefore: 0, nllAfter: 0, cost: 0 };
  let low = Math.log(1 / MAX_TEMPERATURE);
  let high = Math.log(1 / MIN_TEMPERATURE);
  for (let i = 0; i < BISECTIONS; i++) {
    onProgress(i / BISECTIONS);
    const middle = (low + high) / 2;
    const beta = Math.exp(middle);
    if (evaluate(beta).slope + PRIOR * (1 - 1 / beta) < 0) low = middle;
    else high = middle;
  }
  const beta = Math.exp((low + high) / 2);
  const before = evaluate(1).nll;
  const after = evaluate(beta).nll;
  const cost = after + PRIOR * (beta - 1 - Math.log(beta));
  return before - cost >= EVIDENCE
    ? { temperature: 1 / beta, nllBefore: before / count, nllAfter: after / count, cost }
    : { temperature: 1, nllBefore: before / count, nllAfter: before / count, cost };
}

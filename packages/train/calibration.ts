/** Bounds keep a split that is classified perfectly, or hardly at all, from asking for 0 or ∞. */
const MIN_TEMPERATURE = 0.1;
const MAX_TEMPERATURE = 10;
const BISECTIONS = 50; // log10(10 / 0.1) / 2^50: below float64 precision

/** Result of a temperature fit. */
export interface TemperatureFit {
  /** Divide logits by this before softmax or sigmoid. */
  temperature: number;
  /** Mean negative log-likelihood in nats with a temperature of 1. */
  nllBefore: number;
  /** The same with the fitted one; never larger. */
  nllAfter: number;
}

/**
 * Temperature scaling of a softmax classifier (Guo et al. 2017): one number that makes its probabilities
 * honest without changing which class wins. Fit it on rows that were not trained on.
 *
 * @param logits [rows, classes]
 * @param truth Class ids, [rows].
 * @returns A temperature between 0.1 and 10; 1 for no rows.
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): TemperatureFit {
  return minimize(truth.length, (beta) => {
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
        const weight = Math.exp(beta * (logits[start + k] - max));
        sum += weight;
        weighted += weight * (logits[start + k] - right);
      }
      nll += Math.log(sum) + beta * (max - right);
      slope += weighted / sum; // E[z − z of the true class], summed so that nothing cancels
    }
    return { nll, slope };
  });
}

/**
 * Temperature scaling of a multi-label classifier: one number for all its sigmoids.
 *
 * @param logits [rows, labels]
 * @param truth 0 or 1, [rows, labels].
 * @returns A temperature between 0.1 and 10; 1 for no rows. The likelihood is a mean over rows and labels.
 */
export function fitSigmoidTemperature(logits: ArrayLike<number>, truth: ArrayLike<number>): TemperatureFit {
  return minimize(truth.length, (beta) => {
    let nll = 0;
    let slope = 0;
    for (let i = 0; i < truth.length; i++) {
      const z = beta * logits[i];
      nll += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - truth[i] * z;
      slope += (1 / (1 + Math.exp(-z)) - truth[i]) * logits[i];
    }
    return { nll, slope };
  });
}

/** The likelihood is convex in β = 1 / temperature, so its slope changes sign once: bisection cannot miss. */
function minimize(count: number, evaluate: (beta: number) => { nll: number; slope: number }): TemperatureFit {
  if (count === 0) return { temperature: 1, nllBefore: 0, nllAfter: 0 };
  let low = Math.log(1 / MAX_TEMPERATURE);
  let high = Math.log(1 / MIN_TEMPERATURE);
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (evaluate(Math.exp(middle)).slope < 0) low = middle;
    else high = middle;
  }
  const beta = Math.exp((low + high) / 2);
  return { temperature: 1 / beta, nllBefore: evaluate(1).nll / count, nllAfter: evaluate(beta).nll / count };
}

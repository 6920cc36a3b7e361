import { type Judgement, primaryMetric } from "@taxon/classifier/training";
import type { EncoderClassifierConfig } from "@taxon/model";

/** How far the answers of a lower precision are from those of f32. */
export interface PrecisionReport {
  /** The metric by which the loss is judged. */
  readonly metric: string;
  readonly f32: number;
  readonly low: number;
  /** f32 − low; below 0 where the lower precision happens to be better. */
  readonly loss: number;
  /** Share of texts with the same answer; absent for regression. */
  readonly agreement?: number;
  /** Cosine between the logits of both over all texts. */
  readonly cosine: number;
}

/**
 * Compares two sets of logits of the same texts.
 *
 * @param low [texts, labels] in the lower precision, judged as `lowValues`.
 * @param full [texts, labels] in f32, judged as `fullValues`.
 */
export function comparePrecision(
  { problemType, labels, temperature, thresholds }: EncoderClassifierConfig,
  low: Float32Array,
  full: Float32Array,
  lowValues: Judgement["values"],
  fullValues: Judgement["values"],
): PrecisionReport {
  const metric = primaryMetric(problemType);
  const report = {
    metric,
    f32: fullValues[metric],
    low: lowValues[metric],
    loss: fullValues[metric] - lowValues[metric],
    cosine: cosine(low, full),
  };
  if (problemType === "regression") return report;
  const answer = (logits: Float32Array): string => {
    if (problemType === "single_label_classification") return String(logits.indexOf(Math.max(...logits)));
    // sigmoid(z / T) ≥ t exactly where z / T ≥ log(t / (1 − t)).
    return Array.from(logits, (z, i) => {
      const threshold = thresholds?.[i] ?? 0.5;
      return z / temperature >= Math.log(threshold / (1 - threshold));
    }).join();
  };
  const texts = low.length / labels.length;
  let same = 0;
  for (let i = 0; i < texts; i++) {
    const row = (logits: Float32Array) => logits.subarray(i * labels.length, (i + 1) * labels.length);
    if (answer(row(low)) === answer(row(full))) same++;
  }
  return { ...report, agreement: same / texts };
}

/** Says the comparison in words. */
export function describePrecision(
  precision: string,
  { metric, f32, low, loss, agreement, cosine }: PrecisionReport,
): string {
  const same = agreement === undefined
    ? ""
    : `, the same answer for ${(100 * agreement).toFixed(2)} % of the texts`;
  return `${precision} beside f32: ${metric} ${low.toFixed(4)} and ${f32.toFixed(4)}, a loss of ${
    loss.toFixed(4)
  }` +
    `${same}, cosine of the logits ${cosine.toFixed(5)}`;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += value * b[i];
    aa += value * value;
    bb += b[i] * b[i];
  });
  return ab / Math.sqrt(aa * bb);
}

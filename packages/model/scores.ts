import type { EncoderClassifierConfig, ProblemType } from "./config.ts";

/** What turns logits into scores. */
export type ScoreFunction = "softmax" | "sigmoid" | "none";

/** The function that fits a problem type. */
export function scoreFunction(problemType: ProblemType): ScoreFunction {
  if (problemType === "regression") return "none";
  return problemType === "multi_label_classification" ? "sigmoid" : "softmax";
}

/**
 * Scores of one text from its logits, in float64: probabilities at the stored temperature, or the predicted value.
 *
 * @param logits [labels]
 * @throws {RangeError} If a logit is not finite: a broken model answers an error, never a number that looks right.
 */
export function scores(
  logits: ArrayLike<number>,
  { problemType, temperature }: Pick<EncoderClassifierConfig, "problemType" | "temperature">,
  fn: ScoreFunction = scoreFunction(problemType),
): Float64Array {
  const values = Float64Array.from(logits);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot score: logit ${bad} is ${values[bad]}; the weights or the input are broken`);
  }
  if (fn === "none") return values;
  const scaled = values.map((value) => value / temperature);
  if (fn === "sigmoid") {
    return scaled.map((z) => z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  }
  const top = Math.max(...scaled);
  const e = scaled.map((z) => Math.exp(z - top));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
}

/** The labels that scores amount to: the best one, or all from their thresholds on (default ½); none for regression. */
export function predictedLabels(
  scores: ArrayLike<number>,
  { problemType, labels, thresholds }: Pick<EncoderClassifierConfig, "problemType" | "labels" | "thresholds">,
): string[] {
  if (problemType === "regression") return [];
  if (problemType === "multi_label_classification") {
    return labels.filter((_, i) => scores[i] >= (thresholds?.[i] ?? 0.5));
  }
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return [labels[best]];
}

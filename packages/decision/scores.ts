import { exp } from "./exp.ts";
import type { ProblemType } from "./words.ts";

/** What turns logits into scores. */
export const SCORE_FUNCTIONS = ["softmax", "sigmoid", "none"] as const;

/** One of {@linkcode SCORE_FUNCTIONS}. */
export type ScoreFunction = typeof SCORE_FUNCTIONS[number];

/** The function that fits a problem type. */
export function scoreFunction(problemType: ProblemType): ScoreFunction {
  if (problemType === "regression") return "none";
  return problemType === "multi_label_classification" ? "sigmoid" : "softmax";
}

/** How a model's logits are to be read. */
export interface ScoreConfig {
  /** Decides the score function. */
  readonly problemType: ProblemType;
  /** Logits are divided by it before softmax or sigmoid. */
  readonly temperature: number;
}

/**
 * Scores of one text from its logits, in float64: probabilities at the stored temperature, or the predicted value.
 *
 * @param logits [labels]
 * @throws {RangeError} If a logit is not finite: a broken model answers an error, never a number that looks right.
 */
export function scores(
  logits: ArrayLike<number>,
  { problemType, temperature }: ScoreConfig,
): Float64Array {
  const values = Float64Array.from(logits);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot score: logit ${bad} is ${values[bad]}; the weights or the input are broken`);
  }
  const fn = scoreFunction(problemType);
  return fn === "none" ? values : applyScoreFunction(values.map((value) => value / temperature), fn);
}

/** A function by its name, applied to logits. */
export function applyScoreFunction(logits: ArrayLike<number>, name: ScoreFunction): Float64Array {
  return name === "softmax"
    ? softmax(logits)
    : name === "sigmoid"
    ? sigmoid(logits)
    : Float64Array.from(logits);
}

/**
 * Softmax of one row of logits, in f64, after subtracting the largest: no logit overflows.
 *
 * @example Logits far apart stay finite
 * ```ts
 * import { softmax } from "@taxon/decision";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(softmax([-1000, 1]), Float64Array.of(0, 1));
 * ```
 */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const top = Math.max(...values);
  const e = values.map((z) => exp(z - top));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
}

/** Logistic sigmoid of each logit, in f64; of either sign without overflow. */
export function sigmoid(logits: ArrayLike<number>): Float64Array {
  return Float64Array.from(logits, (z) => z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z)));
}

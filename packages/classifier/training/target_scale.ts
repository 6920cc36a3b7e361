import type { EncoderClassifier } from "@taxon/model";
import { add, assign, mul, scope, tensor } from "@taxon/tensor";

/** Mean and standard deviation of the numbers that a model is to predict. */
export interface TargetScale {
  /** In the unit of the targets. */
  mean: number;
  /** 1 where all numbers are the same. */
  deviation: number;
}

/**
 * Measures the scale of targets; deviations are those of the population.
 *
 * @param targets [rows]
 */
export function targetScaleOf(targets: ArrayLike<number>): TargetScale {
  const numbers = Float64Array.from(targets);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/**
 * Folds a scale into the last layer of a head whose answers are about 0 and 1 apart, as those of a new one are: from then
 * on the model answers mean + deviation · what it answered, before, while and after it is trained.
 */
export function scaleHead(
  { head: { weight, bias } }: EncoderClassifier,
  { mean, deviation }: TargetScale,
): void {
  const shift = tensor(new Float32Array(bias!.shape[0]).fill(mean), bias!.shape, { backend: bias!.backend });
  using _shift = shift;
  scope(() => {
    assign(weight, mul(weight, deviation));
    assign(bias!, add(mul(bias!, deviation), shift));
  });
}

/** In what unit a parameter of a model for numbers is stored, for `AdamW`. */
export function unitOf({ deviation }: TargetScale): (name: string) => number {
  return (name) => name === "head.weight" || name === "head.bias" ? deviation : 1;
}

import {
  abs,
  add,
  div,
  exp,
  gather,
  log,
  mul,
  neg,
  softmaxCrossEntropy,
  sub,
  sum,
  type Tensor,
} from "@taxon/tensor";

/** Weights and smoothing of a classification loss; see `softmaxCrossEntropy`. */
export interface ClassificationLossOptions {
  /** [classes] */
  classWeights?: Tensor;
  /** Share of the target's probability that is spread over all classes, from 0 to 1; default 0. */
  labelSmoothing?: number;
}

/** A loss summed over examples, and the sum of weights to divide it by for the mean. */
export interface SummedLoss {
  /** A scalar. */
  sum: Tensor;
  /** Divisor of the mean: a number of examples, or a scalar where there are class weights. */
  weight: Tensor | number;
}

/**
 * Softmax cross entropy, summed, with the divisor that `torch.nn.CrossEntropyLoss` uses for its mean: the number of
 * examples, or the sum of their labels' class weights.
 *
 * @param logits [n, classes]
 * @param labels i32 [n]
 */
export function crossEntropySum(
  logits: Tensor,
  labels: Tensor,
  options: ClassificationLossOptions = {},
): SummedLoss {
  const weight = options.classWeights ? sum(gather(options.classWeights, labels)) : labels.shape[0];
  return { sum: sum(softmaxCrossEntropy(logits, labels, options)), weight };
}

/** Mean softmax cross entropy, as `torch.nn.CrossEntropyLoss`. logits: [n, classes], labels: i32 [n] → scalar. */
export function crossEntropy(logits: Tensor, labels: Tensor, options?: ClassificationLossOptions): Tensor {
  const { sum, weight } = crossEntropySum(logits, labels, options);
  return div(sum, weight);
}

/**
 * Binary cross entropy of sigmoid(logits) for each element, as `torch.nn.BCEWithLogitsLoss(reduction="none")`, in the
 * form max(z, 0) − z·t + log(1 + e^−|z|), which does not overflow.
 *
 * @param logits [n, classes]
 * @param targets f32 [n, classes], 0 … 1
 * @param positiveWeights [classes], factor of the positive term
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, positiveWeights?: Tensor): Tensor {
  const size = abs(logits);
  // log(1 + e^−z) = log(1 + e^−|z|) + max(−z, 0); written as (|z| − z) / 2 the maximum has the slope −½ at 0
  const softplusNegative = add(log(add(exp(neg(size)), 1)), mul(sub(size, logits), 0.5));
  if (positiveWeights === undefined) return add(softplusNegative, mul(logits, sub(1, targets)));
  // (1 − t)·z + (1 + (w − 1)·t)·log(1 + e^−z)
  const weight = add(mul(sub(positiveWeights, 1), targets), 1);
  return add(mul(weight, softplusNegative), mul(logits, sub(1, targets)));
}

/** (prediction − target)² for each element. */
export function squaredError(predictions: Tensor, targets: Tensor): Tensor {
  const difference = sub(predictions, targets);
  return mul(difference, difference);
}

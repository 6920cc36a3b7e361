import { arange } from "../creation.ts";
import { emit, isRecorded } from "../dispatch.ts";
import { add, cast, equal, mul, neg } from "../elementwise.ts";
import { ShapeError } from "../errors.ts";
import { reshape } from "../movement.ts";
import { sum } from "../reduction.ts";
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { logSoftmax } from "./softmax.ts";

/** Weights and smoothing of the target distribution. */
export interface CrossEntropyOptions {
  /** Weight of each class, [classes]; also of its share in the smoothing term, as in PyTorch. */
  classWeights?: Tensor;
  /** ε of Szegedy et al. 2016; default 0. */
  labelSmoothing?: number;
}

/**
 * Cross entropy of softmax(logits) for each row, as `torch.nn.functional.cross_entropy(..., reduction="none")`.
 *
 * @param logits [n, classes]
 * @param labels i32 [n], each in 0 … classes−1
 * @returns [n]
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  { classWeights, labelSmoothing = 0 }: CrossEntropyOptions = {},
): Tensor {
  const [n, classes] = logits.shape;
  if (
    logits.shape.length !== 2 || labels.dtype !== "i32" || labels.shape.length !== 1 || labels.shape[0] !== n
  ) {
    throw new ShapeError(
      `Cannot take cross entropy of logits ${showShape(logits.shape)} and ${labels.dtype} labels ` +
        `${showShape(labels.shape)}: they are [n, classes] and i32 [n]`,
    );
  }
  if (classWeights && (classWeights.shape.length !== 1 || classWeights.shape[0] !== classes)) {
    throw new ShapeError(
      `Cannot weight ${classes} classes by ${showShape(classWeights.shape)}: class weights are [${classes}]`,
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new RangeError(`Cannot smooth labels by ${labelSmoothing}: use 0 ≤ ε < 1`);
  }
  const { softmaxCrossEntropy, softmaxCrossEntropyGrad } = logits.backend.fused;
  if (softmaxCrossEntropy === undefined || (isRecorded(logits) && softmaxCrossEntropyGrad === undefined)) {
    return composed(logits, labels, classWeights, labelSmoothing);
  }
  const inputs = classWeights ? [logits, labels, classWeights] : [logits, labels];
  return emit(
    "softmaxCrossEntropy",
    inputs,
    { labelSmoothing },
    { shape: [n], dtype: "f32" },
    (backend, inputs, out) => {
      const [logits, labels, classWeights] = inputs;
      return backend.fused.softmaxCrossEntropy!({ logits, labels, classWeights, labelSmoothing }, out);
    },
  );
}

/** The target distribution, times class weights, dotted with −log softmax. */
function composed(
  logits: Tensor,
  labels: Tensor,
  classWeights: Tensor | undefined,
  smoothing: number,
): Tensor {
  const [n, classes] = logits.shape;
  const ids = arange(classes, { backend: logits.backend });
  const oneHot = cast(equal(reshape(labels, [n, 1]), ids), "f32"); // `gather` picks rows, not columns
  let target = add(mul(oneHot, 1 - smoothing), smoothing / classes);
  if (classWeights) target = mul(target, classWeights);
  return neg(sum(mul(target, logSoftmax(logits)), { axes: [1] }));
}

import { emit, isRecorded } from "../dispatch.ts";
import { div, exp, log, sub } from "../elementwise.ts";
import { ShapeError } from "../errors.ts";
import { max, sum } from "../reduction.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Softmax over the last axis, computed after subtracting the row maximum.
 *
 * @example Two equal logits share the probability
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { softmax, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * assertEquals(await softmax(tensor([[0, 0]])).data(), Float32Array.of(0.5, 0.5));
 * ```
 *
 * @param x Scores, [..., classes].
 * @returns Probabilities, [..., classes]; each row sums to 1. A row of all −∞ gives NaN, as in PyTorch.
 * @throws {ShapeError} If `x` is a scalar.
 */
export function softmax(x: Tensor): Tensor {
  if (x.shape.length === 0) throw new ShapeError("Cannot take softmax of a scalar: it has no last axis");
  const { softmax, softmaxGrad } = x.backend.fused;
  if (softmax === undefined || (isRecorded(x) && softmaxGrad === undefined)) return composed(x);
  return emit("softmax", [x], {}, { shape: x.shape, dtype: x.dtype }, (backend, [a], out) => {
    return backend.fused.softmax!(a, out);
  });
}

/** log softmax(x) over the last axis, without forming probabilities that underflow. */
export function logSoftmax(x: Tensor): Tensor {
  const last = { axes: [-1], keepAxes: true };
  const shifted = sub(x, max(x, last)); // its sum of exponentials is near 1, so that large scores cost no digits
  return sub(shifted, log(sum(exp(shifted), last)));
}

function composed(x: Tensor): Tensor {
  const last = { axes: [-1], keepAxes: true };
  const e = exp(sub(x, max(x, last)));
  return div(e, sum(e, last));
}

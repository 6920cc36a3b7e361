import type { AdamWOptions } from "../backend.ts";
import { emit } from "../dispatch.ts";
import { add, div, mul, sqrt, sub } from "../elementwise.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { concat, reshape } from "../movement.ts";
import { sum } from "../reduction.ts";
import { scope } from "../scope.ts";
import { sameShape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** A parameter with its gradient, its moments and its own rates. */
export interface AdamWParameter {
  /** Written in place. */
  param: Tensor;
  /** Of the same shape. */
  grad: Tensor;
  /** Running mean of gradients; written in place. */
  m: Tensor;
  /** Running mean of squared gradients; written in place. */
  v: Tensor;
  /** Of this step. */
  learningRate: number;
  /** Decoupled decay, 0 for biases and norms. */
  weightDecay: number;
}

/** Coefficients of a step; `step` counts from 1. */
export type AdamWStepOptions = Omit<AdamWOptions, "gradScale"> & {
  /** f32 scalar that multiplies each gradient (clipping). */
  gradScale?: Tensor;
};

/** Overwrites the elements of `destination` with those of `source`, of the same shape and dtype. */
export function assign(destination: Tensor, source: Tensor): void {
  if (!sameShape(destination.shape, source.shape)) {
    throw new ShapeError(
      `Cannot assign ${showShape(source.shape)} to a tensor of shape ${
        showShape(destination.shape)
      }: shapes differ`,
    );
  }
  if (destination.dtype !== source.dtype) {
    throw new DTypeError(`Cannot assign a ${source.dtype} to a ${destination.dtype} tensor: cast() it`);
  }
  destination.backend.assign(destination.operand("assign to"), source.operand("assign"));
}

/** One AdamW step (Loshchilov & Hutter 2019), as `torch.optim.AdamW`; params and moments are written in place. */
export function adamwStep(entries: readonly AdamWParameter[], options: AdamWStepOptions): void {
  if (entries.length === 0) return;
  const { backend } = entries[0].param;
  if (backend.fused.adamwStep) {
    const operands = entries.map(({ param, grad, m, v, learningRate, weightDecay }) => ({
      param: param.operand("update"),
      grad: grad.operand("read"),
      m: m.operand("update"),
      v: v.operand("update"),
      learningRate,
      weightDecay,
    }));
    backend.fused.adamwStep(operands, { ...options, gradScale: options.gradScale?.operand("read") });
  } else {
    for (const entry of entries) scope(() => composed(entry, options));
  }
}

/** The sum of squares of each tensor, f32 [xs.length]. */
export function sumSquares(xs: readonly Tensor[]): Tensor {
  const { backend } = xs[0];
  if (backend.fused.sumSquares === undefined) {
    return scope(() => concat(xs.map((x) => reshape(sum(mul(x, x)), [1])), 0));
  }
  const out = { shape: [xs.length], dtype: "f32" as const };
  return emit("opaque", xs, { name: "sumSquares" }, out, (backend, operands, out) => {
    return backend.fused.sumSquares!(operands, out);
  });
}

function composed(entry: AdamWParameter, { beta1, beta2, eps, step, gradScale }: AdamWStepOptions): void {
  const { param, m, v, learningRate, weightDecay } = entry;
  const grad = gradScale ? mul(entry.grad, gradScale) : entry.grad;
  assign(m, add(mul(m, beta1), mul(grad, 1 - beta1)));
  assign(v, add(mul(v, beta2), mul(mul(grad, grad), 1 - beta2)));
  const denominator = add(mul(sqrt(v), 1 / Math.sqrt(1 - beta2 ** step)), eps);
  const update = mul(div(m, denominator), learningRate / (1 - beta1 ** step));
  assign(param, sub(mul(param, 1 - learningRate * weightDecay), update));
}

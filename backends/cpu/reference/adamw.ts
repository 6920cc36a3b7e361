import type { AdamWOptions } from "@taxon/tensor";

/** Arrays and rates of one parameter. */
export interface AdamWArrays {
  readonly param: Float32Array;
  readonly grad: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly weightDecay: number;
  readonly learningRate: number;
}

/** One step of Loshchilov & Hutter 2019, in place. */
export function adamwInPlace(
  { param, grad, m, v, weightDecay, learningRate }: AdamWArrays,
  { beta1, beta2, eps, step }: AdamWOptions,
  gradScale: number,
): void {
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < param.length; i++) {
    const g = grad[i] * gradScale;
    m[i] = beta1 * m[i] + (1 - beta1) * g;
    v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    const update = (m[i] / correction1) / (Math.sqrt(v[i] / correction2) + eps);
    param[i] = param[i] * (1 - learningRate * weightDecay) - learningRate * update;
  }
}

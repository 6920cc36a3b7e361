import type { Activation } from "@taxon/tensor";
import { gelu, geluTanh } from "./gelu.ts";
import { matmulInto } from "./matmul.ts";

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  gelu,
  geluTanh,
};

/** Sizes of a linear layer: x is [rows, inputs], y is [rows, outputs], weight is [outputs, inputs]. */
export interface LinearSizes {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** y = activation(x · weightᵀ + bias). */
export function linearInto(
  y: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array | undefined,
  activation: Activation,
  { rows, inputs, outputs }: LinearSizes,
): void {
  matmulInto(y, x, weight, { m: rows, k: inputs, n: outputs, transposeB: true });
  const activate = activations[activation];
  for (let i = 0; i < y.length; i++) y[i] = activate(y[i] + (bias ? bias[i % outputs] : 0));
}

/** dx = dy · weight. */
export function linearGradXInto(
  dx: Float32Array,
  dy: Float32Array,
  weight: Float32Array,
  { rows, inputs, outputs }: LinearSizes,
): void {
  matmulInto(dx, dy, weight, { m: rows, k: outputs, n: inputs });
}

/** dweight = dyᵀ · x. */
export function linearGradWeightInto(
  dweight: Float32Array,
  dy: Float32Array,
  x: Float32Array,
  { rows, inputs, outputs }: LinearSizes,
): void {
  matmulInto(dweight, dy, x, { m: outputs, k: rows, n: inputs, transposeA: true });
}

import type { Activation } from "../backend.ts";
import { emit, isRecorded } from "../dispatch.ts";
import { add, relu, tanh } from "../elementwise.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { matmul } from "../matmul.ts";
import { reshape } from "../movement.ts";
import { numel, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { gelu } from "./gelu.ts";

/** Bias [out] and the function applied to the result. */
export interface LinearOptions {
  /** [out]; absent: nothing is added. */
  bias?: Tensor;
  /** Default none. */
  activation?: Activation;
}

/**
 * activation(x · weightᵀ + bias), as `torch.nn.functional.linear` followed by the activation.
 *
 * @param x [..., in]
 * @param weight [out, in]
 * @returns [..., out]
 * @throws {ShapeError} If `in` or `out` disagree.
 */
export function linear(x: Tensor, weight: Tensor, { bias, activation = "none" }: LinearOptions = {}): Tensor {
  check(x, weight, bias);
  const { linear, linearGrad } = x.backend.fused;
  const recorded = isRecorded(x, weight, bias);
  if (recorded && activation !== "none") return activate(affine(x, weight, bias), activation);
  if (linear === undefined || (recorded && linearGrad === undefined)) {
    return activate(composed(x, weight, bias), activation);
  }
  return emitLinear(x, weight, bias, activation);
}

/** Applies the activation as an op of its own; its gradient needs the value before it. */
export function activate(x: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return relu(x);
    case "tanh":
      return tanh(x);
    case "gelu":
      return gelu(x, "erf");
    case "geluTanh":
      return gelu(x, "tanh");
  }
}

function affine(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  return x.backend.fused.linearGrad ? emitLinear(x, weight, bias, "none") : composed(x, weight, bias);
}

function emitLinear(x: Tensor, weight: Tensor, bias: Tensor | undefined, activation: Activation): Tensor {
  const inputs = bias ? [x, weight, bias] : [x, weight];
  const out = { shape: [...x.shape.slice(0, -1), weight.shape[0]], dtype: "f32" as const };
  return emit("linear", inputs, { activation }, out, (backend, [x, weight, bias], out) => {
    return backend.fused.linear!({ x, weight, bias, activation }, out);
  });
}

function composed(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const flat = reshape(x, [numel(x.shape.slice(0, -1)), weight.shape[1]]); // one product for all rows
  const product = matmul(flat, weight, { transposeB: true });
  return reshape(bias ? add(product, bias) : product, [...x.shape.slice(0, -1), weight.shape[0]]);
}

function check(x: Tensor, weight: Tensor, bias: Tensor | undefined): void {
  const [out, size] = weight.shape;
  if (
    weight.shape.length !== 2 || x.shape.at(-1) !== size ||
    (bias && (bias.shape.length !== 1 || bias.shape[0] !== out))
  ) {
    throw new ShapeError(
      `Cannot apply linear weight ${showShape(weight.shape)}${
        bias ? ` and bias ${showShape(bias.shape)}` : ""
      } to ` +
        `${showShape(x.shape)}: weight is [out, in], bias [out], and the input's last axis in`,
    );
  }
  if (x.dtype !== "f32") throw new DTypeError(`Cannot apply linear to a ${x.dtype} tensor: it must be f32`);
}

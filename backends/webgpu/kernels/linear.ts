import {
  type DeviceBuffer,
  type LinearArgs,
  type LinearGradArgs,
  numel,
  type Operand,
  type OutputSpec,
  type Shape,
} from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { matmul } from "./matmul.ts";
import { reduce } from "./reduction.ts";

/** One product for all rows; bias and activation are added before it is stored. */
export function linear(gpu: Gpu, { x, weight, bias, activation }: LinearArgs, out: OutputSpec): GpuBuffer {
  const epilogue = { bias, activation };
  return matmul(gpu, "linear", asMatrix(x), weight, { transposeB: true }, epilogue, matrixSpec(out.shape));
}

/** dx = dy · weight, dweight = dyᵀ · x, dbias = the sum of dy's rows. */
export function linearGrad(
  gpu: Gpu,
  { dy, x, weight, needs }: LinearGradArgs,
): (DeviceBuffer | undefined)[] {
  const [rows, upstream] = [asMatrix(x), asMatrix(dy)];
  const product = (a: Operand, b: Operand, transposeA: boolean, shape: Shape) =>
    matmul(gpu, "linearGrad", a, b, { transposeA }, { activation: "none" }, matrixSpec(shape));
  return [
    needs.x ? product(upstream, weight, false, x.shape) : undefined,
    needs.weight ? product(upstream, rows, true, weight.shape) : undefined,
    needs.bias ? reduce(gpu, "sum", upstream, [0], { shape: [1, weight.shape[0]], dtype: "f32" }) : undefined,
  ];
}

/** All axes but the last as one. */
export function asMatrix(x: Operand): Operand {
  return { ...x, shape: matrixSpec(x.shape).shape };
}

function matrixSpec(shape: Shape): OutputSpec {
  return { shape: [numel(shape.slice(0, -1)), shape[shape.length - 1]], dtype: "f32" };
}

import {
  type BinaryOp,
  type CompareOp,
  type DType,
  DTypeError,
  numel,
  type Operand,
  type OutputSpec,
  type UnaryOp,
} from "@taxon/tensor";
import type { Gpu, GpuBuffer } from "../gpu/gpu.ts";
import { defineKernel, type ElementType, type Kernel, variants, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import { MATH } from "./math.ts";
import { broadcastSteps, collapse, walkCode, walkParams, walkValues } from "./strided.ts";

const unaryExpressions: Readonly<Record<UnaryOp, string>> = {
  neg: "-v",
  abs: "abs(v)",
  exp: "expOf(v)",
  log: "logOf(v)",
  sqrt: "sqrt(v)",
  rsqrt: "inverseSqrt(v)",
  tanh: "tanhOf(v)",
  erf: "erfOf(v)",
  sin: "sinOf(v)",
  cos: "cosOf(v)",
};

const infix: Readonly<Record<string, string>> = { add: "+", sub: "-", mul: "*", div: "/" };
const comparisons: Readonly<Record<CompareOp, string>> = { equal: "==", less: "<", lessEqual: "<=" };

/** y[i] = expression of v = x[i]. */
export const mapKernel = variants((name: string, type: ElementType, expression: string, functions: string) =>
  defineKernel({
    name,
    reads: { x: type },
    writes: { y: type },
    params: { count: "u32" },
    workgroupSize: WORKGROUP_SIZE,
    declarations: MATH + functions,
    body: `
  if (i >= p.count) { return; }
  let v = x[i];
  y[i] = ${expression};`,
  })
);

/** Applies `mapKernel` to all elements of an operand. */
export function map(gpu: Gpu, kernel: ReturnType<typeof mapKernel>, x: Operand, out: OutputSpec): GpuBuffer {
  const y = gpu.create(out, kernel.name);
  const count = numel(out.shape);
  gpu.run(kernel, { buffers: { x, y }, params: { count }, groups: Math.ceil(count / WORKGROUP_SIZE) });
  return y;
}

export function unary(gpu: Gpu, op: UnaryOp, x: Operand, out: OutputSpec): GpuBuffer {
  return map(gpu, mapKernel(op, computeType(op, x.dtype), unaryExpressions[op], ""), x, out);
}

/** `a` and `b` of one dtype, each a tensor or a number, broadcast to `out.shape`. */
interface Pair {
  readonly a: Operand | number;
  readonly b: Operand | number;
}

export function binary(gpu: Gpu, op: BinaryOp, a: Operand, b: Operand | number, out: OutputSpec): GpuBuffer {
  const type = computeType(op, a.dtype);
  const call = type === "f32" ? `${op}Of(va, vb)` : `${op}(va, vb)`;
  const expression = op in infix ? `va ${infix[op]} vb` : call;
  return broadcast(gpu, op, { a, b }, type, type, expression, out);
}

export function compare(
  gpu: Gpu,
  op: CompareOp,
  a: Operand,
  b: Operand | number,
  out: OutputSpec,
): GpuBuffer {
  const expression = `select(0i, 1i, va ${comparisons[op]} vb)`;
  return broadcast(gpu, op, { a, b }, computeType(op, a.dtype), "i32", expression, out);
}

export function where(gpu: Gpu, condition: Operand, { a, b }: Pair, out: OutputSpec): GpuBuffer {
  const type = computeType("where", out.dtype);
  return broadcast(
    gpu,
    "where",
    { a, b },
    type,
    type,
    "select(vb, va, condition[conditionAt] != 0)",
    out,
    condition,
  );
}

const broadcastKernel = variants((
  name: string,
  rank: number,
  from: ElementType,
  to: ElementType,
  expression: string,
  operands: string,
): Kernel => {
  const tensors = operands.split(" ").filter((operand) => operand !== "");
  const value = (operand: string) => tensors.includes(operand) ? `${operand}[${operand}At]` : `p.${operand}`;
  const numbers = ["a", "b"].filter((operand) => !tensors.includes(operand));
  const types = tensors.map((operand) => [operand, operand === "condition" ? "i32" : from] as const);
  return defineKernel({
    name,
    reads: Object.fromEntries(types),
    writes: { y: to },
    params: {
      count: "u32",
      ...Object.fromEntries(numbers.map((operand) => [operand, from as "f32" | "i32"])),
      ...walkParams(rank, tensors),
    },
    workgroupSize: WORKGROUP_SIZE,
    declarations: MATH,
    body: `
  if (i >= p.count) { return; }
${walkCode(rank, tensors)}
  let va = ${value("a")};
  let vb = ${value("b")};
  y[i] = ${expression};`,
  });
});

function broadcast(
  gpu: Gpu,
  name: string,
  { a, b }: Pair,
  from: ElementType,
  to: ElementType,
  expression: string,
  out: OutputSpec,
  condition?: Operand,
): GpuBuffer {
  const y = gpu.create(out, name);
  const numbers: Record<string, number> = {};
  const buffers: Record<string, Operand> = {};
  for (const [operand, x] of Object.entries({ a, b, condition })) {
    if (typeof x === "number") numbers[operand] = x;
    else if (x !== undefined) buffers[operand] = x;
  }
  const names = Object.keys(buffers);
  const walk = collapse(out.shape, names.map((operand) => broadcastSteps(buffers[operand].shape, out.shape)));
  const kernel = broadcastKernel(name, walk.shape.length, from, to, expression, names.join(" "));
  const count = numel(out.shape);
  gpu.run(kernel, {
    buffers: { ...buffers, y },
    params: { count, ...numbers, ...walkValues(walk, names) },
    groups: Math.ceil(count / WORKGROUP_SIZE),
  });
  return y;
}

/** The WGSL type that elements of `dtype` have; 16-bit types are only stored. */
export function computeType(op: string, dtype: DType): "f32" | "i32" {
  if (dtype === "f32" || dtype === "i32") return dtype;
  throw new DTypeError(
    `Cannot run ${op} on ${dtype} tensors on webgpu: it stores ${dtype}; cast() to f32 first`,
  );
}

import {
  type BinaryOp,
  type CompareOp,
  type DType,
  fromBfloat16,
  type HostArray,
  toBfloat16,
  type UnaryOp,
} from "@taxon/tensor";
import { erf } from "./erf.ts";

/** Each computes in float64; the store rounds to the dtype. */
export const unaryFunctions: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  tanh: Math.tanh,
  erf,
  sin: Math.sin,
  cos: Math.cos,
};

/** For f32, and for i32 where the exact result or its low 32 bits survive the store. */
export const binaryFunctions: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: Math.max,
  min: Math.min,
};

export const compareFunctions: Readonly<Record<CompareOp, (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
};

/** The function of `op` on elements of `dtype`. */
export function binaryFunction(op: BinaryOp, dtype: DType): (a: number, b: number) => number {
  // A float64 product of two i32 may lose its low bits; imul keeps them.
  return op === "mul" && dtype === "i32" ? Math.imul : binaryFunctions[op];
}

/** Converts `length` elements of `x` into `out`. */
export function castInto(out: HostArray, to: DType, x: HostArray, from: DType): void {
  const decode = from === "bf16" ? fromBfloat16 : identity;
  const encode = to === "bf16" ? toBfloat16 : to === "i32" ? saturate : identity;
  for (let i = 0; i < out.length; i++) out[i] = encode(decode(x[i]));
}

function identity(x: number): number {
  return x;
}

/** Truncates to an i32; NaN becomes 0. */
function saturate(x: number): number {
  return Number.isNaN(x) ? 0 : Math.trunc(Math.min(Math.max(x, -(2 ** 31)), 2 ** 31 - 1));
}

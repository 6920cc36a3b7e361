import type { Activation, BinaryOp, CompareOp, DType, Precision, ReduceOp, UnaryOp } from "@taxon/tensor";
import type { LoadedLibrary, NativeType, Signatures } from "./runtime.ts";

/** Elements of calls: u32 handles and sizes, f64 numbers, typed arrays. */
const op = <const P extends readonly NativeType[]>(...parameters: P) =>
  ({ parameters: ["u32", ...parameters], result: "i32" }) as const;

/** q, k, v, heads, headDim, scale, key, key, p, ids of rows or 0 */
const attention = ["u32", "u32", "u32", "u32", "u32", "f32", "u32", "u32", "f64", "u32"] as const;

/**
 * The functions of the library, as `native/src/abi.rs` declares them. The first parameter is the number of a context
 * (one a backend object); results are a status, 0 for success, except where it says otherwise.
 */
export const symbols = {
  /** threads, instructions, precision, bytes of the pool → number of a context, or 0 */
  taxon_context_create: { parameters: ["u32", "u32", "u32", "f64"], result: "u32" },
  taxon_context_free: op(),
  /** 6 × f64: threads, instructions, method of linear layers, live buffers, their bytes, pooled bytes */
  taxon_context_facts: op("buffer", "u32"),
  /** UTF-8 text of the last refusal → its length in bytes */
  taxon_last_error: { parameters: ["u32", "buffer", "u32"], result: "u32" },
  /** bytes → handle, or 0 */
  taxon_alloc: { parameters: ["u32", "f64"], result: "u32" },
  taxon_free: op("u32"),
  taxon_upload: op("u32", "buffer", "f64"),
  taxon_read: op("u32", "buffer", "f64"),
  taxon_assign: op("u32", "u32"),
  /** dtype, value, y */
  taxon_fill: op("u32", "f64", "u32"),
  /** op, dtype, x, y */
  taxon_unary: op("u32", "u32", "u32", "u32"),
  /** op, dtype, a, b or 0, number in place of b, y, shapes of y, a and b */
  taxon_binary: op("u32", "u32", "u32", "u32", "f64", "u32", "buffer", "u32"),
  taxon_compare: op("u32", "u32", "u32", "u32", "f64", "u32", "buffer", "u32"),
  /** dtype, condition, a or 0, number, b or 0, number, y, shapes of y, condition, a and b */
  taxon_where: op("u32", "u32", "u32", "f64", "u32", "f64", "u32", "buffer", "u32"),
  /** x, from, y, to */
  taxon_cast: op("u32", "u32", "u32", "u32"),
  /** op, dtype, x [outer, size, inner], size, inner, y */
  taxon_reduce: op("u32", "u32", "u32", "u32", "u32", "u32"),
  /** dtype, x, y, shapes of y and x */
  taxon_broadcast: op("u32", "u32", "u32", "buffer", "u32"),
  /** dtype, x, y, shape of x and permutation */
  taxon_transpose: op("u32", "u32", "u32", "buffer", "u32"),
  /** dtype, x, y, shape of x, start, shape of y */
  taxon_slice: op("u32", "u32", "u32", "buffer", "u32"),
  taxon_pad: op("u32", "u32", "u32", "buffer", "u32"),
  /** rows, y, handles */
  taxon_concat: op("u32", "u32", "buffer", "u32"),
  /** x, dtype, ids, width, y, dtype */
  taxon_gather: op("u32", "u32", "u32", "u32", "u32", "u32"),
  /** dtype, ids, updates, width, y */
  taxon_scatter_add: op("u32", "u32", "u32", "u32", "u32"),
  /** a, b, y, m, n, k, 1 for a transposed + 2 for b transposed, outer axes of y, a and b */
  taxon_matmul: op("u32", "u32", "u32", "u32", "u32", "u32", "u32", "buffer", "u32"),
  /** x, weight, bias or 0, activation, y, m, n, k */
  taxon_linear: op("u32", "u32", "u32", "u32", "u32", "u32", "u32", "u32"),
  /** dy, weight, dx, m, n, k */
  taxon_linear_grad_x: op("u32", "u32", "u32", "u32", "u32", "u32"),
  /** dy, x, dweight, m, n, k */
  taxon_linear_grad_weight: op("u32", "u32", "u32", "u32", "u32", "u32"),
  /** x, size, y */
  taxon_softmax: op("u32", "u32", "u32"),
  /** dy, y, size, dx */
  taxon_softmax_grad: op("u32", "u32", "u32", "u32"),
  /** form, x, y */
  taxon_gelu: op("u32", "u32", "u32"),
  /** form, dy, x, dx */
  taxon_gelu_grad: op("u32", "u32", "u32", "u32"),
  /** x, weight or 0, bias or 0, size, eps, y */
  taxon_layer_norm: op("u32", "u32", "u32", "u32", "f32", "u32"),
  /** dy, x, weight or 0, size, eps, and dx, dweight, dbias, each 0 if not wanted */
  taxon_layer_norm_grad: op("u32", "u32", "u32", "u32", "f32", "u32", "u32", "u32"),
  /** key, key, ids of rows, columns, y */
  taxon_random: op("u32", "u32", "u32", "u32", "u32"),
  /** key, key, p, ids of rows, x, columns, y */
  taxon_dropout: op("u32", "u32", "f64", "u32", "u32", "u32", "u32"),
  /** logits, labels, class weights or 0, label smoothing, classes, loss */
  taxon_cross_entropy: op("u32", "u32", "u32", "f32", "u32", "u32"),
  /** dloss, logits, labels, class weights or 0, label smoothing, classes, dlogits */
  taxon_cross_entropy_grad: op("u32", "u32", "u32", "u32", "f32", "u32", "u32"),
  /** param, grad, m, v, gradient scale or 0, beta1, beta2, eps, step, learning rate, weight decay */
  taxon_adamw: op("u32", "u32", "u32", "u32", "u32", "f64", "f64", "f64", "f64", "f64", "f64"),
  /** y, handles */
  taxon_sum_squares: op("u32", "buffer", "u32"),
  /** q, k, v, heads, headDim, scale, key, key, p, ids of rows or 0, y, i32 starts of queries and of keys */
  taxon_attention: op(...attention, "u32", "buffer", "u32"),
  /** dy, then as above, and dq, dk, dv in place of y */
  taxon_attention_grad: op("u32", ...attention, "u32", "u32", "u32", "buffer", "u32"),
  /** Panics inside a kernel, for tests. */
  taxon_panic: op(),
} as const satisfies Signatures;

/** The loaded library. */
export type Library = LoadedLibrary<typeof symbols>;

/** Its functions. */
export type Native = Library["symbols"];

/** Codes of dtypes. */
export const dtypeCodes = { f32: 0, i32: 1, f16: 2, bf16: 3 } as const satisfies Record<DType, number>;

/** Codes of functions of one element. */
export const unaryCodes = {
  neg: 0,
  abs: 1,
  exp: 2,
  log: 3,
  sqrt: 4,
  rsqrt: 5,
  tanh: 6,
  erf: 7,
  sin: 8,
  cos: 9,
} as const satisfies Record<UnaryOp, number>;

/** Codes of functions of two elements. */
export const binaryCodes = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  max: 4,
  min: 5,
} as const satisfies Record<BinaryOp, number>;

/** Codes of comparisons. */
export const compareCodes = { equal: 0, less: 1, lessEqual: 2 } as const satisfies Record<CompareOp, number>;

/** Codes of reductions. */
export const reduceCodes = { sum: 0, max: 1 } as const satisfies Record<ReduceOp, number>;

/** Codes of activations. */
export const activationCodes = { none: 0, relu: 1, tanh: 2, gelu: 3, geluTanh: 4 } as const satisfies Record<
  Activation,
  number
>;

/** Sets of instructions that the library is compiled for, in the order of their codes. */
export const instructionSets = ["best", "avx512", "avx2", "neon", "portable"] as const;

/** Codes of what linear layers multiply. */
export const precisionCodes = { f32: 0, bf16: 1, int8: 2 } as const satisfies Record<Precision, number>;

/** How they multiply it, in the order of the codes of `native/src/gemm/narrow/engine.rs`. */
export const methods = [
  "f32",
  "bf16 by AMX",
  "bf16 by AVX512-BF16",
  "bf16 emulated in f32",
  "int8 by AMX",
  "int8 by AVX512-VNNI",
  "int8 by AVX2",
  "int8 emulated",
] as const;

/** A set of instructions, by name. */
export type InstructionSet = typeof instructionSets[number];

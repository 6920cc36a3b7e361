import type { Backend, BinaryOp, CompareOp, FusedOps, ReduceOp, UnaryOp } from "@taxon/tensor";

/** What each conformance case of an op is named after, before the slash. */
type CaseNames<Op extends string> = Readonly<Record<Op, string>>;

/** Methods of a backend that compute one thing; those of several functions are listed by function. */
type SinglePrimitive = Exclude<
  Extract<keyof Backend, string>,
  | ("name" | "description" | "capabilities" | "fused")
  | ("upload" | "read" | "readSync" | "free" | "flush" | "memory")
  | ("unary" | "binary" | "compare" | "reduce")
>;

/** Fused ops; a gradient is shown beside its op. */
type FusedOp = Exclude<keyof FusedOps, `${string}Grad`>;

// The compiler refuses these records when the contract gains an op that they lack.
const unary: CaseNames<UnaryOp> = {
  neg: "neg",
  abs: "abs",
  exp: "exp",
  log: "log",
  sqrt: "sqrt",
  rsqrt: "rsqrt",
  tanh: "tanh",
  erf: "erf",
  sin: "sin",
  cos: "cos",
};
const binary: CaseNames<BinaryOp> = {
  add: "add",
  sub: "sub",
  mul: "mul",
  div: "div",
  max: "maximum",
  min: "minimum",
};
const compare: CaseNames<CompareOp> = { equal: "equal", less: "less", lessEqual: "lessEqual" };
const reduce: CaseNames<ReduceOp> = { sum: "sum", max: "max" };
const others: CaseNames<SinglePrimitive> = {
  fill: "fill",
  random: "random",
  where: "where",
  cast: "cast",
  matmul: "matmul",
  broadcastTo: "broadcastTo",
  transpose: "transpose",
  slice: "slice",
  pad: "pad",
  concat: "concat",
  gather: "gather",
  scatterAdd: "scatterAdd",
  assign: "assign",
};
const fused: CaseNames<FusedOp> = {
  linear: "linear",
  layerNorm: "layerNorm",
  softmax: "softmax",
  gelu: "gelu",
  attention: "attention",
  dropout: "dropout",
  softmaxCrossEntropy: "softmaxCrossEntropy",
  adamwStep: "adamwStep",
  sumSquares: "sumSquares",
};

/** An op as the matrix names it, and its conformance cases. */
export interface MatrixOp {
  readonly name: string;
  readonly cases: string;
}

function listed(kind: string, names: Readonly<Record<string, string>>): MatrixOp[] {
  return Object.entries(names).map(([op, cases]) => ({ name: kind === "" ? op : `${kind} ${op}`, cases }));
}

/** Every primitive of the contract. */
export const primitiveOps: readonly MatrixOp[] = [
  ...listed("", others),
  ...listed("unary", unary),
  ...listed("binary", binary),
  ...listed("compare", compare),
  ...listed("reduce", reduce),
];

/** Every fused op of the contract. */
export const fusedOps: readonly MatrixOp[] = listed("", fused);

import type { Call, OpAttributes, Tensor } from "@taxon/tensor";
import {
  add,
  broadcastTo,
  cast,
  cos,
  div,
  equal,
  exp,
  gather,
  less,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  scatterAdd,
  sin,
  slice,
  sub,
  sum,
  transpose,
  where,
} from "@taxon/tensor";
import type { Rule } from "./rule.ts";
import { fusedRules } from "./vjp_fused.ts";
import { sumTo } from "./sum_to.ts";

type UnaryRules = Record<OpAttributes["unary"]["op"], (dy: Tensor, x: Tensor, y: Tensor) => Tensor>;

const unaryRules: UnaryRules = {
  neg: (dy) => neg(dy),
  abs: (dy, x) => mul(dy, sub(cast(less(0, x), "f32"), cast(less(x, 0), "f32"))), // sign, 0 at 0
  exp: (dy, _x, y) => mul(dy, y),
  log: (dy, x) => div(dy, x),
  sqrt: (dy, _x, y) => div(mul(dy, 0.5), y),
  rsqrt: (dy, x, y) => mul(mul(dy, -0.5), div(y, x)), // −½ x^(−3/2)
  tanh: (dy, _x, y) => sub(dy, mul(dy, mul(y, y))), // dy · (1 − y²)
  erf: (dy, x) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
  sin: (dy, x) => mul(dy, cos(x)),
  cos: (dy, x) => neg(mul(dy, sin(x))),
};

/** With a number on the right `b` is that number. */
type BinaryRule = (dy: Tensor, a: Tensor, b: Tensor | number) => [() => Tensor, () => Tensor];

const binaryRules: Record<OpAttributes["binary"]["op"], BinaryRule> = {
  add: (dy) => [() => dy, () => dy],
  sub: (dy) => [() => dy, () => neg(dy)],
  mul: (dy, a, b) => [() => mul(dy, b), () => mul(dy, a)],
  div: (dy, a, b) => [() => div(dy, b), () => neg(div(mul(dy, a), mul(b, b)))],
  max: (dy, a, b) => [() => mul(dy, larger(a, b)), () => mul(dy, larger(b as Tensor, a))],
  min: (dy, a, b) => [() => mul(dy, larger(b, a)), () => mul(dy, larger(a, b))],
};

/** 1 where a > b, ½ where both tensors are equal (as torch.maximum), 0 where a number ties (as torch.relu). */
function larger(a: Tensor | number, b: Tensor | number): Tensor {
  const strict = cast(less(b, a), "f32");
  if (typeof a === "number" || typeof b === "number") return strict;
  return add(strict, mul(cast(equal(a, b), "f32"), 0.5));
}

/**
 * One rule a primitive: the vector–Jacobian product, written with the same tensor ops, so that a backend that computes
 * forward also trains.
 */
const rules: { [Op in Exclude<keyof OpAttributes, "recompute">]: Rule<Op> } = {
  ...fusedRules,
  unary: ({ dy, y, inputs: [x], attributes }) => [unaryRules[attributes.op](dy, x, y)],
  binary: ({ dy, inputs: [a, b], attributes: { op, scalar }, needs }) => {
    const [da, db] = binaryRules[op](dy, a, scalar ?? b);
    return [needs[0] ? sumTo(da(), a.shape) : undefined, needs[1] ? sumTo(db(), b.shape) : undefined];
  },
  compare: () => [],
  where: ({ dy, inputs: [condition, ...values], attributes }) => {
    const chosen = [where(condition, dy, 0), where(condition, 0, dy)];
    const kept = chosen.filter((_, i) => (i === 0 ? attributes.a : attributes.b) === undefined);
    return [undefined, ...values.map((value, i) => sumTo(kept[i], value.shape))];
  },
  cast: ({ dy, inputs: [x] }) => [cast(dy, x.dtype)],
  reduce: ({ dy, y, inputs: [x], attributes: { op, axes } }) => {
    if (op === "sum") return [broadcastTo(dy, x.shape)];
    const isMax = cast(equal(x, y), "f32"); // y keeps reduced axes as 1
    return [mul(isMax, div(dy, sum(isMax, { axes, keepAxes: true })))]; // shared evenly, as torch.amax
  },
  matmul: ({ dy, inputs: [a, b], attributes: { transposeA, transposeB }, needs }) => {
    const da = () =>
      transposeA
        ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
        : matmul(dy, b, { transposeB: !transposeB });
    const db = () =>
      transposeB
        ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, dy, { transposeA: !transposeA });
    return [needs[0] ? sumTo(da(), a.shape) : undefined, needs[1] ? sumTo(db(), b.shape) : undefined];
  },
  broadcastTo: ({ dy, inputs: [x] }) => [sumTo(dy, x.shape)],
  reshape: ({ dy, inputs: [x] }) => [reshape(dy, x.shape)],
  transpose: ({ dy, attributes: { permutation } }) => [
    transpose(dy, permutation.map((_, axis) => permutation.indexOf(axis))),
  ],
  slice: ({ dy, inputs: [x], attributes: { start } }) => [pad(dy, start, x.shape)],
  pad: ({ dy, inputs: [x], attributes: { before } }) => [slice(dy, before, x.shape)],
  concat: ({ dy, inputs, attributes: { axis }, needs }) => {
    let offset = 0;
    return inputs.map((x, i) => {
      const start = dy.shape.map((_, at) => at === axis ? offset : 0);
      offset += x.shape[axis];
      return needs[i] ? slice(dy, start, x.shape) : undefined;
    });
  },
  gather: ({ dy, inputs: [x, ids] }) => [scatterAdd(ids, cast32(dy), x.shape[0])],
  scatterAdd: ({ dy, inputs: [ids] }) => [undefined, gather(dy, ids)],
  random: () => [],
  opaque: ({ attributes: { name } }) => {
    throw new TypeError(`Cannot differentiate ${name}: it has no gradient rule`);
  },
};

/** Gradients of a call's inputs from the gradient of its output. */
export function vjp(
  call: Exclude<Call, { op: "recompute" }>,
  dy: Tensor,
  needs: readonly boolean[],
): (Tensor | undefined)[] {
  const context = { dy, y: call.output, inputs: call.inputs, attributes: call.attributes, needs };
  return (rules[call.op] as Rule<keyof OpAttributes>)(context);
}

/** Gradients of 16-bit tables are collected in f32. */
function cast32(x: Tensor): Tensor {
  return x.dtype === "f32" ? x : cast(x, "f32");
}

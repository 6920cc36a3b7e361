import { assert, assertGreater } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import * as t from "@taxon/tensor";
import { checkGrad } from "./mod.ts";

const backend = t.useBackend(await createCpuBackend({ tier: "reference" }));

/** Values in ±(low … high), away from 0 where an op has a kink or a pole. */
function values(shape: readonly number[], name: string, [low, high] = [0.4, 1.6], signed = true): t.Tensor {
  const key = t.foldIn(t.keyFromSeed(3), name);
  const data = Float32Array.from({ length: t.numel(shape) }, (_, i) => {
    const magnitude = low + (high - low) * t.uniformAt(key, i, 0);
    return signed && t.uniformAt(key, i, 1) < 0.5 ? -magnitude : magnitude;
  });
  return t.tensor(data, shape);
}

/** A scalar that depends on every element differently. */
function weighted(x: t.Tensor): t.Tensor {
  const weights = values(x.shape, "weights", [0.5, 1]);
  return t.sum(t.mul(x, weights));
}

const ids = t.tensor(Int32Array.of(2, 0, 2, 1), [4]);
const condition = t.tensor(Int32Array.of(1, 0, 1, 0, 1, 1), [2, 3]);
const positive = () => [values([2, 3], "x", [0.4, 1.6], false)];
const one = () => [values([2, 3], "x")];
const two = () => [values([2, 3], "a"), values([2, 3], "b")];
const broadcast = () => [values([2, 1, 3], "a"), values([4, 1], "b")];

/** Each primitive and what makes it non-trivial; operands that must not be close are spread by their names. */
const rules: readonly [name: string, fn: (...xs: t.Tensor[]) => t.Tensor, inputs: () => t.Tensor[]][] = [
  ["neg", t.neg, one],
  ["abs", t.abs, one],
  ["exp", t.exp, one],
  ["log", t.log, positive],
  ["sqrt", t.sqrt, positive],
  ["rsqrt", t.rsqrt, positive],
  ["tanh", t.tanh, one],
  ["erf", t.erf, one],
  ["sin", t.sin, one],
  ["cos", t.cos, one],
  ["add, broadcast both ways", t.add, broadcast],
  ["sub, broadcast both ways", t.sub, broadcast],
  ["mul, broadcast both ways", t.mul, broadcast],
  ["div, broadcast both ways", t.div, broadcast],
  ["max", t.maximum, two],
  ["min", t.minimum, two],
  ["sub from a number", (x) => t.sub(2, x), one],
  ["div of a number", (x) => t.div(2, x), one],
  ["max with a number", t.relu, one],
  ["where", (a, b) => t.where(condition, a, b), two],
  ["where with a number", (a) => t.where(condition, 3, a), one],
  ["cast to the same type", (x) => t.cast(x, "f32"), one],
  ["sum over an axis", (x) => t.sum(x, { axes: [0] }), one],
  ["sum over all", (x) => t.sum(x), one],
  ["max over an axis", (x) => t.max(x, { axes: [-1], keepAxes: true }), one],
  ["mean", (x) => t.mean(x, { axes: [1] }), one],
  ["variance", (x) => t.variance(x, { axes: [1] }), one],
  ["logSumExp", t.logSumExp, one],
  ["matmul", (a, b) => t.matmul(a, b), () => [values([2, 3], "a"), values([3, 4], "b")]],
  [
    "matmul with a transposed",
    (a, b) => t.matmul(a, b, { transposeA: true }),
    () => [values([3, 2], "a"), values([3, 4], "b")],
  ],
  [
    "matmul with b transposed",
    (a, b) => t.matmul(a, b, { transposeB: true }),
    () => [values([2, 3], "a"), values([4, 3], "b")],
  ],
  ["matmul with both transposed", (a, b) => t.matmul(a, b, { transposeA: true, transposeB: true }), () => [
    values([3, 2], "a"),
    values([4, 3], "b"),
  ]],
  [
    "matmul of broadcast batches",
    (a, b) => t.matmul(a, b),
    () => [values([2, 1, 2, 3], "a"), values([3, 3, 2], "b")],
  ],
  ["broadcastTo", (x) => t.broadcastTo(x, [4, 2, 3]), one],
  ["reshape", (x) => t.reshape(x, [3, 2]), one],
  ["transpose", (x) => t.transpose(x, [2, 0, 1]), () => [values([2, 3, 4], "x")]],
  ["slice", (x) => t.slice(x, [0, 1], [2, 2]), one],
  ["pad", (x) => t.pad(x, [1, 0], [4, 5]), one],
  ["concat", (a, b) => t.concat([a, b], 1), two],
  ["gather with a repeated id", (x) => t.gather(x, ids), () => [values([3, 2], "x")]],
  ["scatterAdd with a repeated id", (x) => t.scatterAdd(ids, x, 3), () => [values([4, 2], "x")]],
];

const cuSeqlens = Int32Array.of(0, 3, 3, 4);
const dropout = { p: 0.4, key: t.keyFromSeed(9), rows: t.tensor(Int32Array.of(0, 1, 2, 3)) };
const qkv = () => ["q", "k", "v"].map((name) => values([4, 2, 3], name));

/** Ops that a backend may fuse. */
const fused: typeof rules = [
  ["linear", (x, weight, bias) => t.linear(x, weight, { bias }), () => [
    values([2, 3], "x"),
    values([4, 3], "w"),
    values([4], "b"),
  ]],
  ...(["relu", "tanh", "gelu", "geluTanh"] as const).map((activation): typeof rules[number] => [
    `linear with ${activation}`,
    (x, weight) => t.linear(x, weight, { activation }),
    () => [values([2, 3], "x"), values([4, 3], "w")],
  ]),
  ["layerNorm", (x, weight, bias) => t.layerNorm(x, { weight, bias }), () => [
    values([3, 5], "x"),
    values([5], "w"),
    values([5], "b"),
  ]],
  ["layerNorm without scale and shift", (x) => t.layerNorm(x, { eps: 1e-6 }), () => [values([3, 5], "x")]],
  ["softmax", t.softmax, one],
  ["gelu", (x) => t.gelu(x, "erf"), one],
  ["gelu in its tanh form", (x) => t.gelu(x, "tanh"), one],
  ["dropout", (x) => t.dropout(x, dropout), () => [values([4, 3], "x")]],
  ["packed attention", (q, k, v) => t.packedAttention(q, k, v, { cuSeqlens }), qkv],
  ["packed attention with dropout", (q, k, v) => t.packedAttention(q, k, v, { cuSeqlens, dropout }), qkv],
  ["cross entropy", (logits) => {
    const labels = t.tensor(Int32Array.of(2, 0));
    const classWeights = t.tensor([0.5, 1, 2]);
    return t.softmaxCrossEntropy(logits, labels, { classWeights, labelSmoothing: 0.1 });
  }, one],
];

for (const [name, fn, inputs] of [...rules, ...fused]) {
  Deno.test(`the gradient of ${name} follows finite differences`, async () => {
    const xs = inputs();
    const { worst, ...at } = await checkGrad((...xs) => weighted(fn(...xs)), xs);
    // f32 differences at h = 1e-2: ε·|f|/h ≈ 1e-4 and h²·f‴/6 of the steepest of these
    assert(worst < 5e-3, `off by ${worst}: ${JSON.stringify(at)}`);
    for (const x of xs) x.dispose();
  });
}

Deno.test("checkGrad() notices a wrong gradient and says where", async () => {
  const x = values([2, 3], "x");
  const detached = (x: t.Tensor) => t.tensor(x.dataSync(), x.shape); // loses half of d(x²)/dx
  const { worst, at } = await checkGrad((x) => weighted(t.mul(x, detached(x))), [x]);
  assertGreater(worst, 0.1);
  assert(at.input === 0 && at.element >= 0 && at.element < 6);
});

Deno.test("checkGrad() leaves no tensor behind", async () => {
  const xs = two();
  const before = backend.memory().buffers;
  await checkGrad((a, b) => t.sum(t.mul(a, t.exp(b))), xs);
  assert(backend.memory().buffers === before);
});

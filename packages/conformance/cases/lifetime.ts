import { valueAndGrad } from "@taxon/autograd";
import {
  add,
  concat,
  DisposedError,
  gather,
  layerNorm,
  linear,
  matmul,
  mul,
  packedAttention,
  pad,
  scatterAdd,
  scope,
  softmax,
  sum,
  type Tensor,
} from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { ConformanceError } from "../errors.ts";
import type { CaseContext } from "../context.ts";
import * as fused from "../oracle/fused.ts";
import { build, map, nd, type NdArray, sample } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { elementwise, exact } from "../tolerance.ts";

function demand(condition: boolean, message: string): void {
  if (!condition) throw new ConformanceError(message);
}

function checkCounters({ backend }: CaseContext): void {
  const before = backend.memory();
  const buffer = backend.upload(new Float32Array(12), { shape: [3, 4], dtype: "f32" });
  const during = backend.memory();
  demand(
    during.buffers === before.buffers + 1 && during.bytes === before.bytes + 48,
    `memory() must count a new [3, 4] f32 buffer as 1 buffer of 48 bytes: ` +
      `got ${during.buffers - before.buffers} and ${during.bytes - before.bytes}`,
  );
  demand(buffer.byteLength === 48, `byteLength of a [3, 4] f32 buffer is ${buffer.byteLength}, expected 48`);
  backend.free(buffer);
  const after = backend.memory();
  demand(
    after.buffers === before.buffers && after.bytes === before.bytes,
    `memory() after free has ${after.buffers - before.buffers} buffers and ${
      after.bytes - before.bytes
    } bytes too many`,
  );
}

function checkFreeTwice({ backend }: CaseContext): void {
  const buffer = backend.upload(Float32Array.of(1, 2), { shape: [2], dtype: "f32" });
  backend.free(buffer);
  try {
    backend.free(buffer);
  } catch (error) {
    demand(
      error instanceof DisposedError && /^Cannot free/.test(error.message),
      `freeing twice must throw DisposedError "Cannot free …", got ${error}`,
    );
    return;
  }
  throw new ConformanceError("freeing twice must throw DisposedError");
}

/** A buffer freed right after an op was asked for, and its memory taken by another, must not change the result. */
async function checkFreeBeforeRead(context: CaseContext): Promise<void> {
  const x = sample("early free", [64, 65]);
  const weight = sample("weight", [65, 65]);
  const y = context.run(() => linear(context.tensor(x), context.tensor(weight)));
  const early = context.tensor(x);
  const z = context.run(() => mul(early, 2));
  early.dispose();
  for (let i = 0; i < 4; i++) context.tensor(map(x, () => NaN)).dispose();
  await context.expect(z, map(x, (value) => value * 2), exact);
  await context.expect(y, fused.linear(x, weight), { relative: 1e-5, absolute: 1e-4 });
}

/** Memory that held NaN before must read as zeros where an op promises zeros. */
async function checkReusedMemory(context: CaseContext): Promise<void> {
  const poison = () => {
    for (const size of [1, 2, 4, 12, 16, 64, 100, 256]) {
      const tensors = Array.from({ length: 4 }, () => context.tensor(build([size], () => NaN)));
      for (const tensor of tensors) tensor.dispose();
    }
  };
  const check = async (what: string, op: () => Tensor, expected: NdArray) => {
    poison();
    await context.expect(context.run(op), expected, elementwise, what);
  };
  const ones = (shape: readonly number[]) => build(shape, () => 1);
  const zeros = (shape: readonly number[]) => build(shape, () => 0);
  const x = context.tensor(ones([2, 2]));
  const nothing = context.tensor(zeros([2, 0]));
  const ids = context.tensor(nd([2], [1, 1], "i32"));
  await check("pad", () => pad(x, [1, 1], [4, 4]), oracle.pad(ones([2, 2]), [1, 1], [4, 4]));
  await check("scatterAdd", () => scatterAdd(ids, x, 8), nd([8, 2], [0, 0, 2, 2, ...new Array(12).fill(0)]));
  await check("matmul of no terms", () => matmul(nothing, nothing, { transposeB: true }), zeros([2, 2]));
  await check("sum of none", () => sum(nothing, { axes: [1] }), zeros([2]));
  await check("concat", () => concat([x, x], 0), ones([4, 2]));
  const q = context.tensor(ones([4, 1, 4]));
  const none = context.tensor(zeros([0, 1, 4]));
  const [cuSeqlens, cuSeqlensKey] = [Int32Array.of(0, 4), Int32Array.of(0, 0)];
  await check(
    "attention without keys",
    () => packedAttention(q, none, none, { cuSeqlens, cuSeqlensKey }),
    zeros([4, 1, 4]),
  );
}

function step(x: Tensor, weight: Tensor, table: Tensor, ids: Tensor): Tensor {
  const hidden = layerNorm(linear(add(x, gather(table, ids)), weight, { activation: "geluTanh" }));
  return sum(mul(softmax(hidden), hidden));
}

/** Forward and backward leave what they return and nothing else. */
function checkLeaks(context: CaseContext): void {
  const inputs = [sample("x", [6, 8]), sample("weight", [8, 8]), sample("table", [5, 8])].map((x) =>
    context.tensor(x)
  );
  const ids = context.tensor(nd([6], [0, 4, 2, 2, 1, 3], "i32"));
  const [x, weight, table] = inputs;
  const { backend } = context;
  const before = backend.memory().buffers;
  scope(() => step(x, weight, table, ids)).dispose();
  const forward = backend.memory().buffers;
  demand(forward === before, `a forward pass leaked ${forward - before} buffers`);
  for (const params of [[x, weight, table], [weight], [table]]) {
    const { value, grads } = valueAndGrad(params, () => step(x, weight, table, ids));
    const live = backend.memory().buffers - before;
    demand(live === 1 + params.length, `value and ${params.length} gradients live in ${live} buffers`);
    for (const tensor of [value, ...grads]) tensor?.dispose();
  }
  const after = backend.memory().buffers;
  demand(after === before, `forward and backward passes leaked ${after - before} buffers`);
}

/** Two backends of one provider do not share state, and disposing one leaves the other usable. */
async function checkTwoBackends(context: CaseContext): Promise<void> {
  const x = sample("two", [3, 5]);
  const mine = context.tensor(x);
  const before = context.backend.memory().buffers;
  const other = await context.provider.create();
  const theirs = context.tensor(x, other);
  const count = context.backend.memory().buffers;
  await context.expect(theirs, x, exact, "tensor of the second backend");
  theirs.dispose();
  other[Symbol.dispose]();
  demand(
    count === before,
    `a buffer of a second backend was counted by the first: ${before} before, ${count} after`,
  );
  await context.expect(
    context.run(() => mul(mine, 2)),
    map(x, (v) => v * 2),
    exact,
    "after the second was disposed",
  );
}

/** Buffers are counted, given back, and never seen again. */
export const lifetimeCases: readonly ConformanceCase[] = [
  { name: "lifetime/counters", run: checkCounters },
  { name: "lifetime/free twice", run: checkFreeTwice },
  { name: "lifetime/free before read", run: checkFreeBeforeRead },
  { name: "lifetime/reused memory", run: checkReusedMemory },
  { name: "lifetime/leaks", run: checkLeaks },
  { name: "lifetime/two backends", run: checkTwoBackends },
];

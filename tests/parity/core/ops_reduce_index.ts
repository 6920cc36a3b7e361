import { valueAndGrad } from "@taxon/autograd";
import {
  add,
  argmax,
  concat,
  gather,
  max,
  mean,
  mul,
  normalizeAxis,
  scope,
  slice,
  sum,
  type Tensor,
  transpose,
  variance,
} from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkOutputs } from "./layer.ts";

const reductions = { sum, mean, max, var: variance };

/** Reductions along each axis, lookups with their gradient, and movement of elements. */
export async function reductionsAndIndexing(golden: GoldenCase, check: Checker): Promise<void> {
  const x = golden.tensor("in.x");
  const [a, b, c] = x.shape;
  const corner = (shape: number[]) => slice(x, [0, 0, 0], shape);
  await checkOutputs(check, () => ({
    "out.sum_12_keep": sum(x, { axes: [1, 2], keepAxes: true }),
    "out.transpose_021": transpose(x, [0, 2, 1]),
    "out.transpose_210": transpose(x, [2, 1, 0]),
    "out.slice": slice(x, [1, 0, 2], [a - 1, b, 4]), // x[1:, :, 2:6]
    "out.concat1": concat([x, mul(x, 2)], 1),
    "out.broadcast_add": add(x, mul(corner([a, 1, c]), corner([1, b, 1]))),
  }));
  for (const axis of [0, 1, 2, -1]) {
    const suffix = axis < 0 ? `m${-axis}` : `${axis}`;
    await checkOutputs(
      check,
      () =>
        Object.fromEntries(
          Object.entries(reductions).map((
            [name, reduce],
          ) => [`out.${name}_${suffix}`, reduce(x, { axes: [axis] })]),
        ),
    );
    await check.output(`out.argmax_${suffix}`, await argmaxAlong(x, axis));
  }
  await embedding(golden, check);
}

/** `argmax` works on the host along the last axis. */
async function argmaxAlong(x: Tensor, axis: number): Promise<Int32Array> {
  const at = normalizeAxis(axis, x.shape.length, "search along");
  const order = [...x.shape.keys()].filter((i) => i !== at);
  using last = scope(() => transpose(x, [...order, at]));
  return argmax(await last.data(), x.shape[at]);
}

async function embedding(golden: GoldenCase, check: Checker): Promise<void> {
  const table = golden.tensor("in.table");
  const looked = () => gather(table, golden.tensor("in.ids"));
  await checkOutputs(check, () => ({ "out.embedding": looked() }));
  const { value, grads: [gradient] } = valueAndGrad([table], () => {
    return sum(mul(looked(), golden.tensor("in.grad_out")));
  });
  await check.gradient("grad.table", gradient);
  value.dispose();
  gradient?.dispose();
}

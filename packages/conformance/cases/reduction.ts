import { valueAndGrad } from "@taxon/autograd";
import { max, type Shape, sum } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import type { CaseContext } from "../context.ts";
import { opCases } from "../op_case.ts";
import { map, nd, type NdArray, sample, sampleIntegers, square } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { accumulated, exact } from "../tolerance.ts";

function reduced(op: "sum" | "max", name: string, x: NdArray, axes: readonly number[], gradient = false) {
  const terms = axes.reduce((n, axis) => n * x.shape[axis], 1);
  return opCases({
    name: `${op}/${name}`,
    inputs: [x],
    run: ([x]) => (op === "sum" ? sum : max)(x, { axes, keepAxes: true }),
    oracle: ([x]) => oracle.reduce(op, x, axes),
    tolerance: ([x]) =>
      op === "max" || x.dtype === "i32"
        ? exact
        : accumulated(terms, oracle.reduce("sum", map(x, square), axes)),
    gradient,
  });
}

const SHAPES: readonly [Shape, readonly number[]][] = [
  [[1], [0]],
  [[7], [0]],
  [[257], [0]],
  [[4, 5], [0]],
  [[4, 5], [1]],
  [[4, 5], [0, 1]],
  [[2, 3, 4], [1]],
  [[2, 3, 4], [0, 2]],
  [[1, 5, 1], [0, 2]],
  [[64, 65], [0]],
  [[65, 63], [1]],
  [[8, 257, 7], [1]],
];

function both(op: "sum" | "max"): ConformanceCase[] {
  return [
    ...SHAPES.flatMap(([shape, axes]) =>
      reduced(op, `[${shape}] over [${axes}]`, sample(op, shape), axes, shape.length > 1 && shape[0] < 8)
    ),
    ...reduced(op, "scalar", nd([], [2.5]), [], true),
    ...reduced(op, "no elements", nd([3, 0], []), [1]),
    ...reduced(op, "no results", nd([0, 3], []), [1]),
    ...reduced(
      op,
      "NaN and infinities",
      nd([4, 3], [1, NaN, 2, Infinity, 1, 1, -Infinity, 1, 2, Infinity, -Infinity, 0]),
      [1],
    ),
    ...reduced(op, "i32", sampleIntegers(op, [5, 9], 1000), [1]),
    ...reduced(op, "all negative", sample(op, [9, 65], (x) => -1 - Math.abs(x)), [1]),
  ];
}

/** Sums and maxima along axes. */
export const reductionCases: readonly ConformanceCase[] = [
  ...both("sum"),
  ...both("max"),
  ...reduced("sum", "65536 elements", sample("long", [65536]), [0]),
  ...reduced("sum", "65536 of one sign", sample("one sign", [2, 32768], Math.abs), [1]),
  {
    // As torch.amax: equal maxima share the gradient evenly.
    name: "max/ties gradient",
    run: (context) => checkTies(context),
  },
];

async function checkTies(context: CaseContext): Promise<void> {
  const x = context.tensor(nd([2, 4], [1, 3, 3, 2, 5, 5, 5, 5]));
  const { value, grads } = context.run(() => valueAndGrad([x], () => sum(max(x, { axes: [1] }))));
  for (const tensor of [value, grads[0]!]) context.own(tensor);
  await context.expect(grads[0]!, nd([2, 4], [0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25]), exact);
}

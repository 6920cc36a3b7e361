import { broadcastTo, concat, pad, reshape, type Shape, slice, type Tensor, transpose } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import { nd, type NdArray, sample, sampleIntegers } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { exact } from "../tolerance.ts";

const SMALL = 100; // elements up to which gradients are compared as well

function movement(
  name: string,
  inputs: readonly NdArray[],
  run: (inputs: readonly Tensor[]) => Tensor,
  formula: (inputs: readonly NdArray[]) => NdArray,
): ConformanceCase[] {
  const size = inputs.reduce((n, x) => n + x.data.length, 0);
  const gradient = size > 0 && size <= SMALL && formula(inputs).data.length <= SMALL &&
    inputs[0].dtype === "f32";
  return opCases({ name, inputs, run, oracle: formula, tolerance: exact, gradient });
}

function transposed(shape: Shape, permutation: readonly number[]): ConformanceCase[] {
  const name = `transpose/[${shape}] by [${permutation}]`;
  return movement(
    name,
    [sample(name, shape)],
    ([x]) => transpose(x, permutation),
    ([x]) => oracle.transpose(x, permutation),
  );
}

function broadcast(from: Shape, to: Shape): ConformanceCase[] {
  const name = `broadcastTo/[${from}] to [${to}]`;
  return movement(
    name,
    [sample(name, from)],
    ([x]) => broadcastTo(x, to),
    ([x]) => oracle.broadcastTo(x, to),
  );
}

function window(from: Shape, start: readonly number[], shape: Shape): ConformanceCase[] {
  const name = `slice/[${shape}] at [${start}] of [${from}]`;
  return movement(
    name,
    [sample(name, from)],
    ([x]) => slice(x, start, shape),
    ([x]) => oracle.slice(x, start, shape),
  );
}

function padded(from: Shape, before: readonly number[], shape: Shape): ConformanceCase[] {
  const name = `pad/[${from}] at [${before}] in [${shape}]`;
  return movement(
    name,
    [sample(name, from)],
    ([x]) => pad(x, before, shape),
    ([x]) => oracle.pad(x, before, shape),
  );
}

function joined(shapes: readonly Shape[], axis: number): ConformanceCase[] {
  const name = `concat/${shapes.map((shape) => `[${shape}]`).join(" ")} on ${axis}`;
  const inputs = shapes.map((shape, i) => sample(`${name} ${i}`, shape));
  return movement(name, inputs, (xs) => concat(xs, axis), (xs) => oracle.concat(xs, axis));
}

/** Copies that move elements without changing them. */
export const movementCases: readonly ConformanceCase[] = [
  ...movement(
    "reshape/[2,6] to [3,4]",
    [sample("reshape", [2, 6])],
    ([x]) => reshape(x, [3, 4]),
    ([x]) => nd([3, 4], x.data),
  ),
  ...transposed([2, 3], [1, 0]),
  ...transposed([2, 3, 4], [2, 0, 1]),
  ...transposed([2, 3, 4], [1, 0, 2]),
  ...transposed([1, 3, 1, 2], [3, 1, 0, 2]),
  ...transposed([2, 0, 3], [2, 1, 0]),
  ...transposed([65, 63], [1, 0]),
  ...transposed([5, 64, 2, 8], [0, 2, 1, 3]),
  ...movement(
    "transpose/i32",
    [sampleIntegers("transpose", [7, 9], 1000)],
    ([x]) => transpose(x),
    ([x]) => oracle.transpose(x, [1, 0]),
  ),
  ...broadcast([], [2, 3]),
  ...broadcast([3], [4, 3]),
  ...broadcast([2, 1], [2, 5]),
  ...broadcast([1, 3, 1], [2, 3, 4]),
  ...broadcast([1], [0, 2]),
  ...broadcast([65, 1], [65, 257]),
  ...window([5], [1], [3]),
  ...window([4, 5], [1, 2], [2, 3]),
  ...window([4, 5], [0, 0], [4, 5]),
  ...window([3, 4, 5], [2, 0, 1], [1, 4, 3]),
  ...window([3, 4], [1, 4], [2, 0]),
  ...window([65, 257], [1, 63], [64, 65]),
  ...padded([2, 3], [1, 2], [4, 7]),
  ...padded([3], [0], [3]),
  ...padded([2, 2, 2], [0, 1, 0], [3, 3, 2]),
  ...padded([0, 2], [0, 1], [2, 4]),
  ...padded([63, 7], [1, 57], [65, 64]),
  ...joined([[2, 3], [1, 3]], 0),
  ...joined([[2, 1], [2, 3], [2, 2]], 1),
  ...joined([[2, 2, 3], [2, 1, 3]], 1),
  ...joined([[2, 0], [2, 3]], 1),
  ...joined([[3]], 0),
  ...joined([[7, 63], [7, 65], [7, 1]], 1),
  ...movement(
    "concat/one tensor twice",
    [nd([2], [1, 2])],
    ([x]) => concat([x, x], 0),
    ([x]) => oracle.concat([x, x], 0),
  ),
];

import { type Activation, linear, type Shape } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { map, nd, type NdArray, sample, square } from "../oracle/nd_array.ts";
import { accumulated, type Tolerance } from "../tolerance.ts";

const ACTIVATIONS: readonly Activation[] = ["none", "relu", "tanh", "gelu", "geluTanh"];

/** The sum's tolerance, and for what the activation adds a few units in the last place of a number near 1. */
function tolerance([x, weight, bias]: readonly NdArray[], activation: Activation): Tolerance {
  const sums = accumulated(
    weight.shape[1] + 1,
    oracle.linear(map(x, square), map(weight, square), bias && map(bias, square)),
  );
  return activation === "none" ? sums : { ...sums, relative: 4e-6, absolute: 2 ** -20 };
}

function layer(
  name: string,
  inputs: readonly NdArray[],
  activation: Activation = "none",
  gradient = false,
): ConformanceCase[] {
  return opCases({
    name: `linear/${name}`,
    inputs,
    run: ([x, weight, bias]) => linear(x, weight, { bias, activation }),
    oracle: ([x, weight, bias]) => oracle.linear(x, weight, bias, activation),
    tolerance: (inputs) => tolerance(inputs, activation),
    gradient,
    fused: "linear",
  });
}

function operands(x: Shape, outputs: number, biased = true): NdArray[] {
  const size = x[x.length - 1];
  const bias = biased ? [sample("bias", [outputs])] : [];
  return [sample("x", x), sample("weight", [outputs, size]), ...bias];
}

/** y = activation(x · weightᵀ + bias). */
export const linearCases: readonly ConformanceCase[] = [
  ...ACTIVATIONS.flatMap((activation) => layer(`${activation} small`, operands([3, 5], 4), activation, true)),
  ...ACTIVATIONS.flatMap((activation) => layer(`${activation} 65x64x63`, operands([65, 64], 63), activation)),
  ...layer("no bias", operands([3, 5], 4, false), "none", true),
  ...layer("no bias gelu", operands([7, 9], 8, false), "gelu"),
  ...layer("three axes", operands([2, 3, 5], 4), "none", true),
  ...layer("vector", operands([5], 3), "none", true),
  ...[1, 7, 8, 63, 64, 65, 257].flatMap((rows) => layer(`${rows} rows`, operands([rows, 24], 40))),
  ...[1, 7, 63, 65, 257].flatMap((size) => layer(`${size} inputs`, operands([9, size], 12))),
  ...[1, 7, 63, 65, 257].flatMap((size) => layer(`${size} outputs`, operands([9, 12], size))),
  ...layer("3072 inputs", operands([5, 3072], 16)),
  ...layer("no rows", operands([0, 5], 3)),
  ...layer("NaN in one row", [
    nd([3, 2], [1, 2, NaN, 1, 3, 4]),
    sample("weight", [9, 2]),
    sample("bias", [9]),
  ]),
  ...layer("relu of NaN", [nd([2, 1], [NaN, -1]), nd([2, 1], [1, 1]), nd([2], [0, 3])], "relu"),
];

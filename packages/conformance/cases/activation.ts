import { gelu, relu, type Shape, sigmoid, softmax } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { map, nd, type NdArray, sample } from "../oracle/nd_array.ts";
import { composite, exact, transcendental } from "../tolerance.ts";

function soft(name: string, x: NdArray, gradient = false): ConformanceCase[] {
  return opCases({
    name: `softmax/${name}`,
    inputs: [x],
    run: ([x]) => softmax(x),
    oracle: ([x]) => oracle.softmax(x),
    tolerance: composite,
    gradient,
    fused: "softmax",
  });
}

function gated(name: string, x: NdArray, form: "erf" | "tanh", gradient = false): ConformanceCase[] {
  return opCases({
    name: `gelu/${form} ${name}`,
    inputs: [x],
    run: ([x]) => gelu(x, form),
    oracle: ([x]) => oracle.geluArray(x, form),
    tolerance: transcendental,
    gradient,
    fused: "gelu",
  });
}

const wide = (seed: string, shape: Shape) => sample(seed, shape, (x) => x * 3);

/** Softmax, GELU, and the functions composed from primitives. */
export const activationCases: readonly ConformanceCase[] = [
  ...soft("documented example", nd([1, 2], [0, 0])),
  ...soft("random", wide("softmax", [3, 5]), true),
  ...soft("three axes", wide("softmax", [2, 3, 4]), true),
  ...[1, 7, 8, 63, 64, 65, 257].flatMap((size) => soft(`size ${size}`, wide("softmax", [9, size]))),
  ...soft("257 rows", wide("softmax", [257, 9])),
  ...soft("5000 classes", wide("softmax", [2, 5000])),
  ...soft("no rows", nd([0, 4], [])),
  ...soft("large scores", nd([2, 3], [1e4, 1e4 - 1, 0, -1e4, -1e4, -2e4])),
  ...soft("hidden by −∞", nd([2, 3], [0, -Infinity, 1, -Infinity, -Infinity, 2])),
  ...soft("all −∞ and NaN", nd([3, 2], [-Infinity, -Infinity, NaN, 1, 0, 0])).slice(0, 1),
  ...(["erf", "tanh"] as const).flatMap((form) => [
    ...gated("random", wide("gelu", [5, 7]), form, true),
    ...gated("257 elements", wide("gelu", [257]), form),
    ...gated("far from 0", nd([8], [-100, -10, -6, -5, 5, 6, 10, 100]), form),
    ...gated("no elements", nd([0], []), form),
    ...gated("NaN and infinity", nd([3], [NaN, Infinity, 0]), form).slice(0, 1),
  ]),
  ...opCases({
    name: "relu/values",
    inputs: [nd([6], [-2, -0.5, 0.5, 3, NaN, Infinity])],
    run: ([x]) => relu(x),
    oracle: ([x]) => map(x, (value) => value < 0 ? 0 : value),
    tolerance: exact,
  }),
  ...opCases({
    name: "sigmoid/values",
    inputs: [wide("sigmoid", [5, 7])],
    run: ([x]) => sigmoid(x),
    oracle: ([x]) => map(x, (value) => 1 / (1 + Math.exp(-value))),
    tolerance: transcendental,
    gradient: true,
  }),
];

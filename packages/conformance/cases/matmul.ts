import { matmul, type MatmulOptions, type Shape } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import { map, nd, type NdArray, sample, square } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { accumulated } from "../tolerance.ts";

const EDGES = [1, 7, 8, 63, 64, 65, 257];

function product(name: string, a: NdArray, b: NdArray, options: MatmulOptions = {}, gradient = false) {
  const k = a.shape[a.shape.length - (options.transposeA ? 2 : 1)];
  return opCases({
    name: `matmul/${name}`,
    inputs: [a, b],
    run: ([a, b]) => matmul(a, b, options),
    oracle: ([a, b]) => oracle.matmul(a, b, options),
    tolerance: ([a, b]) => accumulated(k, oracle.matmul(map(a, square), map(b, square), options)),
    gradient,
  });
}

function random(a: Shape, b: Shape, options: MatmulOptions = {}, gradient = false): ConformanceCase[] {
  const flags = `${options.transposeA ? " transposeA" : ""}${options.transposeB ? " transposeB" : ""}`;
  return product(`[${a}] [${b}]${flags}`, sample("left", a), sample("right", b), options, gradient);
}

/** Each of m, k and n in turn at the edges of tiles, the others just above one. */
const edges = EDGES.flatMap((size) => [
  ...random([size, 33], [33, 17]),
  ...random([9, size], [size, 17]),
  ...random([9, 33], [33, size]),
  ...random([size, size], [size, size], { transposeB: true }),
]);

const flags: readonly MatmulOptions[] = [
  {},
  { transposeA: true },
  { transposeB: true },
  { transposeA: true, transposeB: true },
];

const transposes = flags.flatMap((options) => {
  const [m, k, n] = [3, 4, 5];
  const left = options.transposeA ? [k, m] : [m, k];
  const right = options.transposeB ? [n, k] : [k, n];
  return [
    ...random(left, right, options, true),
    ...random([2, ...left], [2, ...right], options, true),
    ...random([2, 1, ...left], [3, ...right], options),
  ];
});

/** One NaN spoils its row or column and nothing else; 0 · ∞ is NaN. */
const spoiled = [
  ...product("NaN in one row", nd([3, 2], [1, 2, NaN, 1, 3, 4]), sample("right", [2, 5])),
  ...product("NaN in one column", sample("left", [5, 2]), nd([2, 3], [1, NaN, 2, 3, 4, 5])),
  ...product("infinity", nd([2, 2], [Infinity, 1, 0, 2]), nd([2, 2], [0, 1, 1, 1])),
];

/** Batched products, each operand stored either way. */
export const matmulCases: readonly ConformanceCase[] = [
  ...product("documented example", nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [1, 2, 3, 4])),
  ...edges,
  ...transposes,
  ...random([4, 2, 3], [3, 2], {}, true),
  ...random([2, 3], [4, 3, 2], {}, true),
  ...random([5, 4096], [4096, 9]),
  ...random([2, 0], [0, 3]),
  ...random([0, 2], [2, 3]),
  ...random([2, 3], [3, 0]),
  ...random([0, 2, 3], [3, 2]),
  ...spoiled,
];

import {
  binary,
  type BinaryOp,
  cast,
  compare,
  type CompareOp,
  numel,
  type Shape,
  type Tensor,
  unary,
  type UnaryOp,
  where,
} from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import { map, nd, type NdArray, sample, sampleIntegers } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { binaryFormulas, compareFormulas, unaryFormulas } from "../oracle/scalar.ts";
import { elementwise, exact, transcendental } from "../tolerance.ts";

const SPECIAL = [NaN, Infinity, -Infinity, 0, 1, -1, 2.5, -2.5, 1e30, -1e30, 88, -88, 1e-20];

/** Pairs of shapes and what NumPy's rules make of them. */
const BROADCASTS: readonly [Shape, Shape][] = [
  [[], []],
  [[3], []],
  [[], [2, 3]],
  [[2, 3], [3]],
  [[2, 1], [1, 3]],
  [[2, 3], [2, 1]],
  [[1], [5]],
  [[4, 1, 3], [2, 1]],
  [[2, 1, 2, 1], [3, 1, 5]],
  [[0, 3], [1, 3]],
  [[2, 0], [1]],
  [[65, 7], [7]],
  [[63, 257], [63, 1]],
];

const exactly: readonly UnaryOp[] = ["neg", "abs"];
const nearlyExact: readonly UnaryOp[] = ["sqrt", "rsqrt"];
const positive: readonly UnaryOp[] = ["log", "sqrt", "rsqrt"];

function unaryCases(op: UnaryOp): ConformanceCase[] {
  const tolerance = exactly.includes(op) ? exact : nearlyExact.includes(op) ? elementwise : transcendental;
  const spread = (value: number) => {
    const wide = value * 3;
    if (positive.includes(op)) return Math.abs(wide) + 0.05;
    return op === "abs" ? wide + Math.sign(wide) * 0.1 : wide; // away from the kink
  };
  const over = (name: string, x: NdArray, gradient = false) =>
    opCases({
      name: `${op}/${name}`,
      inputs: [x],
      run: ([x]) => unary(op, x),
      oracle: ([x]) => map(x, unaryFormulas[op]),
      tolerance,
      gradient,
    });
  // No backend has to reduce the angle 1e30; ±∞ gives NaN.
  const special = op === "sin" || op === "cos" ? SPECIAL.filter((x) => !(Math.abs(x) === 1e30)) : SPECIAL;
  return [
    ...over("random", sample(op, [7, 5], spread), true),
    ...over("257 elements", sample(op, [257], spread)),
    ...over("special values", nd([special.length], special)),
    ...over("no elements", nd([0, 4], [])),
    ...over("scalar", nd([], [0.5])),
  ];
}

function binaryCases(op: BinaryOp): ConformanceCase[] {
  const tolerance = op === "max" || op === "min" ? exact : elementwise;
  const name = op === "max" ? "maximum" : op === "min" ? "minimum" : op; // sum and max are reductions
  const over = (variant: string, a: NdArray, b: NdArray, gradient = false) =>
    opCases({
      name: `${name}/${variant}`,
      inputs: [a, b],
      run: ([a, b]) => binary(op, a, b),
      oracle: ([a, b]) => oracle.zip(binaryFormulas[op], a, b),
      tolerance,
      gradient,
    });
  const divisor = (value: number) => op === "div" ? value + Math.sign(value) * 0.3 : value;
  const grid = (pick: (i: number) => number) =>
    nd([SPECIAL.length ** 2], Array.from({ length: SPECIAL.length ** 2 }, (_, i) => SPECIAL[pick(i)]));
  const integers = nd([9], [7, -7, 7, -7, 0, 2147483647, 65536, -2147483648, 46341], "i32");
  const others = nd([9], [2, 2, -2, -2, 5, 2, 65537, 3, 46341], "i32");
  return [
    ...BROADCASTS.flatMap(([a, b]) =>
      over(
        `[${a}] and [${b}]`,
        sample(`${op} a`, a),
        sample(`${op} b`, b, divisor),
        numel(a) * numel(b) > 0 && numel(a) * numel(b) < 200,
      )
    ),
    ...over("special values", grid((i) => i % SPECIAL.length), grid((i) => Math.floor(i / SPECIAL.length))),
    ...opCases({
      name: `${name}/number`,
      inputs: [sample(op, [6])],
      run: ([x]) => binary(op, x, 1.7),
      oracle: ([x]) => map(x, (value) => binaryFormulas[op](value, Math.fround(1.7))),
      tolerance,
      gradient: true,
    }),
    ...opCases({
      name: `${name}/i32`,
      inputs: [integers, others],
      run: ([a, b]) => binary(op, a, b),
      oracle: ([a, b]) => oracle.zip(integerFormula(op), a, b),
      tolerance: exact,
    }),
  ];
}

/** The low 32 bits of the exact result; division truncates. */
function integerFormula(op: BinaryOp): (a: number, b: number) => number {
  if (op === "div") return (a, b) => Math.trunc(a / b);
  if (op === "max" || op === "min") return binaryFormulas[op];
  const wide = {
    add: (a: bigint, b: bigint) => a + b,
    sub: (a: bigint, b: bigint) => a - b,
    mul: (a: bigint, b: bigint) => a * b,
  };
  return (a, b) => Number(BigInt.asIntN(32, wide[op](BigInt(a), BigInt(b))));
}

function compareCases(op: CompareOp): ConformanceCase[] {
  const f = (a: number, b: number) => compareFormulas[op](a, b) ? 1 : 0;
  const over = (name: string, a: NdArray, b: NdArray | number) =>
    opCases({
      name: `${op}/${name}`,
      inputs: typeof b === "number" ? [a] : [a, b],
      run: ([x, y]) => compare(op, x, typeof b === "number" ? b : y),
      oracle: ([x, y]) =>
        typeof b === "number" ? { ...map(x, (v) => f(v, b)), dtype: "i32" } : oracle.zip(f, x, y, "i32"),
      tolerance: exact,
    });
  const few = (seed: string, shape: Shape) => sample(seed, shape, Math.round); // with many equal pairs
  return [
    ...over("broadcast", few("a", [4, 1, 9]), few("b", [3, 1])),
    ...over("NaN and infinities", nd([3, 1], [NaN, Infinity, 1]), nd([4], [NaN, Infinity, -Infinity, 1])),
    ...over("number", few("c", [65]), 1),
    ...over("i32", sampleIntegers("d", [8, 8], 3), sampleIntegers("e", [8], 3)),
  ];
}

function whereCases(): ConformanceCase[] {
  const chosen = (name: string, inputs: NdArray[], a?: number, b?: number) =>
    opCases({
      name: `where/${name}`,
      inputs,
      run: ([condition, ...rest]) => where(condition, a ?? rest.shift()!, b ?? rest.shift() as Tensor),
      oracle: ([condition, ...rest]) => {
        const left = a === undefined ? rest.shift()! : nd([], [a]);
        return oracle.where(condition, left, b === undefined ? rest.shift()! : nd([], [b]));
      },
      tolerance: exact,
      gradient: true,
    });
  const condition = nd([2, 3], [1, 0, -5, 0, 2, 0], "i32"); // anything but 0 is true
  return [
    ...chosen("tensors", [condition, sample("a", [2, 3]), sample("b", [2, 3])]),
    ...chosen("broadcast", [condition, sample("a", [3]), sample("b", [4, 2, 1])]),
    ...chosen("number first", [condition, sample("b", [2, 3])], 0.5),
    ...chosen("number second", [condition, sample("a", [1, 3])], undefined, -2),
    ...chosen("−∞ second", [condition, sample("a", [1, 3])], undefined, -Infinity).slice(0, 1),
    ...chosen("numbers", [condition], 1, 0),
    ...chosen("hides NaN", [condition, nd([3], [1, NaN, 1]), nd([3], [2, 2, 2])]).slice(0, 1),
  ];
}

function castCases(): ConformanceCase[] {
  return [
    ...opCases({
      name: "cast/i32 to f32",
      inputs: [nd([5], [0, -1, 7, 16777216, -2147483648], "i32")],
      run: ([x]) => cast(x, "f32"),
      oracle: ([x]) => ({ ...x, dtype: "f32" }),
      tolerance: exact,
    }),
    ...opCases({
      name: "cast/f32 to f32",
      inputs: [sample("cast", [3, 4])],
      run: ([x]) => cast(x, "f32"),
      oracle: ([x]) => x,
      tolerance: exact,
      gradient: true,
    }),
  ];
}

/** Elementwise functions, comparisons, choice, and conversions between 32-bit types. */
export const elementwiseCases: readonly ConformanceCase[] = [
  ...(Object.keys(unaryFormulas) as UnaryOp[]).flatMap(unaryCases),
  ...(["neg", "abs"] as const).flatMap((op) =>
    opCases({
      name: `${op}/i32`,
      inputs: [nd([5], [3, -3, 0, 2147483647, -2147483647], "i32")],
      run: ([x]) => unary(op, x),
      oracle: ([x]) => map(x, unaryFormulas[op]),
      tolerance: exact,
    })
  ),
  ...(Object.keys(binaryFormulas) as BinaryOp[]).flatMap(binaryCases),
  ...(Object.keys(compareFormulas) as CompareOp[]).flatMap(compareCases),
  ...whereCases(),
  ...castCases(),
];

import { dropout, type Key, type Shape, uniform, uniformAt } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import * as oracle from "../oracle/fused.ts";
import { build, nd, type NdArray, sample } from "../oracle/nd_array.ts";
import { elementwise, exact } from "../tolerance.ts";

/** Small, repeated, large and (as an unsigned word) largest ids. */
const IDS = [0, 1, 1, 7, 65536, 2147483647, -1];

function stream(key: Key, columns: number): ConformanceCase[] {
  return opCases({
    name: `random/${columns} columns of key ${key[0].toString(16)} ${key[1].toString(16)}`,
    inputs: [nd([IDS.length], IDS, "i32")],
    run: ([rows]) => uniform(key, rows, [IDS.length, columns]),
    oracle: () => build([IDS.length, columns], ([r, c]) => uniformAt(key, IDS[r], c)),
    tolerance: exact,
  });
}

function dropped(shape: Shape, p: number): ConformanceCase[] {
  const key: Key = [0x9e3779b9, 42];
  const ids = sample("rows", shape.slice(0, -1)).data.map((_, r) => r * 3 + 1);
  const x = sample(`dropout ${p}`, shape);
  const options = {
    inputs: [x, nd(shape.slice(0, -1), ids, "i32")],
    oracle: ([x, rows]: readonly NdArray[]) => oracle.dropout(x, { p, key, rows: rows.data }),
    fused: "dropout" as const,
  };
  return [
    ...opCases({
      ...options,
      name: `dropout/[${shape}] p ${p}`,
      run: ([x, rows]) => dropout(x, { p, key, rows }),
      tolerance: elementwise,
      gradient: x.data.length < 50,
    }),
  ];
}

/** The mask alone: dropout of ones is 0 or 1 / (1 − p). */
function mask(p: number): ConformanceCase {
  const key: Key = [1, 2];
  const [rows, columns] = [64, 33];
  const ids = Array.from({ length: rows }, (_, r) => r * r);
  return {
    name: `dropout/mask p ${p}`,
    async run(context) {
      const ones = context.tensor(build([rows, columns], () => 1));
      const options = { p, key, rows: context.tensor(nd([rows], ids, "i32")) };
      const y = context.run(() => dropout(ones, options));
      const expected = build(
        [rows, columns],
        ([r, c]) => uniformAt(key, ids[r], c) >= Math.fround(p) ? 1 / (1 - p) : 0,
      );
      await context.expect(y, expected, elementwise); // zeros have no tolerance to hide in: 1/(1−p) ≥ 1
    },
  };
}

/** The counter-based stream, bit for bit, and dropout drawn from it. */
export const randomCases: readonly ConformanceCase[] = [
  ...stream([0, 0], 2),
  ...stream([0xffffffff, 0xffffffff], 1),
  ...stream([0x13198a2e, 0x03707344], 7),
  ...stream([1, 2], 65),
  ...opCases({
    name: "random/three axes",
    inputs: [nd([2, 3], [5, 4, 3, 2, 1, 0], "i32")],
    run: ([rows]) => uniform([3, 4], rows, [2, 3, 5]),
    oracle: ([rows]) => build([2, 3, 5], ([i, j, c]) => uniformAt([3, 4], rows.data[i * 3 + j], c)),
    tolerance: exact,
  }),
  ...opCases({
    name: "random/no rows",
    inputs: [nd([0], [], "i32")],
    run: ([rows]) => uniform([3, 4], rows, [0, 5]),
    oracle: () => nd([0, 5], []),
    tolerance: exact,
  }),
  ...dropped([4, 9], 0.5),
  ...dropped([2, 3, 7], 0.1),
  ...dropped([65, 257], 0.3),
  mask(0.1),
  mask(0.5),
  mask(0.9),
];

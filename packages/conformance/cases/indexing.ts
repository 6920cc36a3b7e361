import { gather, scatterAdd, type Shape } from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { opCases } from "../op_case.ts";
import { map, nd, type NdArray, sample, sampleIntegers, square } from "../oracle/nd_array.ts";
import * as oracle from "../oracle/primitives.ts";
import { accumulated, exact } from "../tolerance.ts";

function gathered(table: Shape, ids: NdArray, name = `[${ids.shape}] of [${table}]`): ConformanceCase[] {
  return opCases({
    name: `gather/${name}`,
    inputs: [sample("table", table), ids],
    run: ([x, ids]) => gather(x, ids),
    oracle: ([x, ids]) => oracle.gather(x, ids),
    tolerance: exact,
    gradient: table[0] < 8 && ids.data.length > 0,
  });
}

function scattered(
  n: number,
  ids: NdArray,
  row: Shape,
  name = `[${ids.shape}] of [${[n, ...row]}]`,
): ConformanceCase[] {
  return opCases({
    name: `scatterAdd/${name}`,
    inputs: [ids, sample("updates", [...ids.shape, ...row])],
    run: ([ids, updates]) => scatterAdd(ids, updates, n),
    oracle: ([ids, updates]) => oracle.scatterAdd(ids, updates, n),
    tolerance: ([ids, updates]) =>
      accumulated(ids.data.length, oracle.scatterAdd(ids, map(updates, square), n)),
    gradient: n < 8 && ids.data.length > 0 && ids.data.length < 20,
  });
}

/** Rows picked and rows added by id. */
export const indexingCases: readonly ConformanceCase[] = [
  ...gathered([3, 2], nd([4], [2, 0, 1, 2], "i32"), "first and last row"),
  ...gathered([5, 3], nd([2, 3], [4, 4, 0, 1, 4, 2], "i32")),
  ...gathered([4], nd([3], [3, 0, 3], "i32")),
  ...gathered([3, 2, 2], nd([2], [2, 1], "i32")),
  ...gathered([3, 2], nd([], [1], "i32")),
  ...gathered([3, 2], nd([0], [], "i32")),
  ...gathered([257, 65], sampleIntegers("ids", [7, 9], 257)),
  ...gathered([63, 1], sampleIntegers("ids", [64], 63)),
  ...scattered(3, nd([4], [2, 0, 2, 2], "i32"), [2], "repeated ids"),
  ...scattered(5, nd([2, 2], [4, 1, 4, 0], "i32"), [3]),
  ...scattered(4, nd([3], [3, 0, 3], "i32"), []),
  ...scattered(3, nd([0], [], "i32"), [2]),
  ...scattered(1, nd([257], new Array(257).fill(0), "i32"), [7], "all to one row"),
  ...scattered(65, sampleIntegers("ids", [512], 65), [33]),
];

import { assert, assertEquals } from "@std/assert";
import { nd, sample, square } from "./oracle/nd_array.ts";
import { accumulated, compareElements, describeWorst, exact } from "./tolerance.ts";

Deno.test("describeWorst() names the worst element, both values, what was allowed and how many are over", () => {
  const expected = nd([2, 3], [1, 2, 3, 4, 5, 6]);
  const tolerance = { relative: 0, absolute: 0.125 };
  const comparison = compareElements([1, 2, 3.5, 4, 7, 6], expected, tolerance);
  assertEquals(comparison.worst, 16);
  assertEquals(
    describeWorst(comparison, expected),
    "worst at [1, 1]: got 7, expected 5, allowed 1.3e-1 (2 of 6 over)",
  );
});

Deno.test("compareElements() takes NaN for NaN only and infinities for themselves only", () => {
  const loose = { relative: 1, absolute: 1e9 };
  const worst = (got: number, want: number) => compareElements([got], nd([1], [want]), loose).worst;
  assertEquals([worst(NaN, NaN), worst(Infinity, Infinity), worst(-0, 0)], [0, 0, 0]);
  for (const [got, want] of [[NaN, 1], [1, NaN], [Infinity, 1], [1, Infinity], [-Infinity, Infinity]]) {
    assertEquals(worst(got, want), Infinity);
  }
});

Deno.test("compareElements() accepts no error in the exact class", () => {
  assertEquals(compareElements([1 + 2 ** -23], nd([1], [1]), exact).worst, Infinity);
});

Deno.test("accumulated() passes any order of f32 sums and fails one dropped term", () => {
  for (const positive of [false, true]) {
    const x = sample("order", [20000], positive ? Math.abs : undefined).data;
    const total = nd([], [x.reduce((sum, value) => sum + value, 0)]);
    const tolerance = accumulated(x.length, nd([], [x.map(square).reduce((sum, value) => sum + value, 0)]));
    const sumInF32 = (values: Float64Array) => values.reduce((sum, value) => Math.fround(sum + value), 0);
    for (const order of [x, x.toReversed()]) {
      assert(compareElements([sumInF32(order)], total, tolerance).worst < 1);
    }
    const middling = x.findIndex((value) => Math.abs(value) > 0.6);
    assert(compareElements([total.data[0] - x[middling]], total, tolerance).worst > 1);
  }
});

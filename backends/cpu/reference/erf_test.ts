import { assertAlmostEquals, assertEquals } from "@std/assert";
import { erf } from "./erf.ts";

Deno.test("erf() agrees with table 7.1 of Abramowitz & Stegun and is odd", () => {
  const table = [[0, 0], [0.5, 0.5204998778], [1, 0.8427007929], [1.5, 0.9661051465], [2, 0.9953222650]];
  for (const [x, value] of table) {
    assertAlmostEquals(erf(x), value, 1e-10);
    assertAlmostEquals(erf(-x), -value, 1e-10);
  }
});

Deno.test("erf() reaches its limits and keeps NaN", () => {
  assertEquals([erf(6.1), erf(-Infinity), erf(NaN)], [1, -1, NaN]);
  assertAlmostEquals(1 - erf(4), 1.541725790028e-8, 1e-15); // erfc(4), to a few roundings of 1
});

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { filterUnits, selectUnits } from "./select_units.ts";
import type { Unit } from "./units.ts";

const unit = (index: number, tokens: number[], sequence: 0 | 1 = 0, special = false): Unit => ({
  index,
  tokens,
  label: String(index),
  special,
  sequence,
});
const close = (got: Float32Array, expected: number[]) => {
  assertEquals(got.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-6));
};
const map = Float32Array.of(0.2, 0.3, 0.5, 0.1, 0.6, 0.3, 0.4, 0.4, 0.2); // 3 tokens

Deno.test("selectUnits() sums over pieces attended to and averages over pieces that attend", () => {
  const units = [unit(0, [0]), unit(1, [1, 2])];
  close(selectUnits(map, { rows: units, columns: units }, 3, false).weights, [0.2, 0.8, 0.25, 0.75]);
});

Deno.test("selectUnits() makes rows sum to 1 again on request", () => {
  const rows = [unit(0, [0]), unit(1, [1])];
  const columns = [unit(1, [1]), unit(2, [2])];
  close(selectUnits(map, { rows, columns }, 3, true).weights, [3 / 8, 5 / 8, 6 / 9, 3 / 9]);
});

Deno.test("selectUnits() leaves a row of zeros as it is", () => {
  const units = [unit(0, [0])];
  close(selectUnits(new Float32Array(1), { rows: units, columns: units }, 1, true).weights, [0]);
});

Deno.test("filterUnits() hides special tokens and keeps one direction between the texts", () => {
  const units = [unit(0, [0], 0, true), unit(1, [1], 0), unit(2, [2], 1), unit(3, [3], 1, true)];
  const shown = (sentences: "all" | "aa" | "ab" | "ba" | "bb", hideSpecial: boolean) => {
    const { rows, columns } = filterUnits(units, { sentences, hideSpecial, renormalise: false });
    return [rows, columns].map((side) => side.map(({ index }) => index));
  };
  assertEquals(shown("all", true), [[1, 2], [1, 2]]);
  assertEquals(shown("ab", false), [[0, 1], [2, 3]]);
  assertEquals(shown("ba", true), [[2], [1]]);
  assertEquals(shown("aa", false), [[0, 1], [0, 1]]);
  assertEquals(shown("bb", true), [[2], [2]]);
});

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  dropout,
  foldIn,
  keyFromSeed,
  normals,
  rows,
  ShapeError,
  tensor,
  uniformAt,
  useBackend,
} from "../mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const key = foldIn(keyFromSeed(7), "dropout");

Deno.test("dropout() keeps what its uniform number lets through, scaled by 1 / (1 − p)", async () => {
  const x = normals(key, 4 * 5);
  const ids = Int32Array.of(3, 0, 65536, 9);
  const p = 0.3;
  const y = await dropout(tensor(x, [4, 5]), { p, key, rows: tensor(ids) }).data();
  const expected = x.map((value, i) => {
    return uniformAt(key, ids[Math.floor(i / 5)], i % 5) >= p ? value / (1 - p) : 0;
  });
  y.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
});

Deno.test("dropout() draws the same mask for a row wherever it stands", async () => {
  const x = tensor(normals(key, 6 * 8), [6, 8]);
  const ids = Int32Array.of(5, 4, 3, 2, 1, 0);
  const whole = await dropout(x, { p: 0.5, key, rows: tensor(ids) }).data();
  const part = await dropout(rows(x, 2, 4), { p: 0.5, key, rows: tensor(ids.slice(2, 4)) }).data();
  assertEquals(part, whole.slice(2 * 8, 4 * 8));
});

Deno.test("dropout() drops about a share p", async () => {
  const [rows, columns, p] = [200, 50, 0.2];
  const ids = Int32Array.from({ length: rows }, (_, i) => i);
  const ones = new Float32Array(rows * columns).fill(1);
  const y = await dropout(tensor(ones, [rows, columns]), { p, key, rows: tensor(ids) }).data();
  const dropped = y.filter((value) => value === 0).length / y.length;
  assertAlmostEquals(dropped, p, 5 * Math.sqrt(p * (1 - p) / y.length)); // five standard deviations
});

Deno.test("dropout() with p = 0 is the input itself; other p and wrong ids are refused", () => {
  const x = tensor([[1, 2]]);
  const ids = tensor(Int32Array.of(0));
  assertEquals(dropout(x, { p: 0, key, rows: ids }), x);
  for (const p of [1, -0.1, NaN]) {
    assertThrows(() => dropout(x, { p, key, rows: ids }), RangeError, `Cannot drop with probability ${p}`);
  }
  const two = tensor(Int32Array.of(0, 1));
  assertThrows(() => dropout(x, { p: 0.5, key, rows: two }), ShapeError, "give one i32 id a row");
});

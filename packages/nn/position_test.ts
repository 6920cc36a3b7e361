import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { keyFromSeed, normals, rotary, tensor, useBackend } from "@taxon/tensor";
import { rotaryAngles, sinusoidalTable } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

Deno.test("sinusoidalTable() follows PE(pos, 2i) = sin(pos / 10000^(2i/d)) of Vaswani et al.", () => {
  const [count, size] = [50, 8];
  const table = sinusoidalTable(count, size);
  for (let position = 0; position < count; position++) {
    for (let i = 0; i < size; i++) {
      const angle = position / 10000 ** ((i - i % 2) / size);
      const expected = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      assertAlmostEquals(table[position * size + i], expected, 1e-7);
    }
  }
});

Deno.test("rotary() of interleaved pairs is rotary() of half-split pairs with the features rearranged", async () => {
  const [tokens, heads, dim] = [3, 2, 6];
  const x = normals(keyFromSeed(2), tokens * heads * dim);
  const { cos, sin } = rotaryAngles([4, 9, 2], dim);
  const [c, s] = [cos, sin].map((angles) => tensor(angles, [tokens, dim / 2]));
  /** Feature i of the half-split order is feature 2i, then those at odd places. */
  const rearrange = (values: Float32Array) =>
    values.map((_, i) => {
      const [row, j] = [i - i % dim, i % dim];
      return values[row + (j < dim / 2 ? 2 * j : 2 * (j - dim / 2) + 1)];
    });
  const interleaved = await rotary(tensor(x, [tokens, heads, dim]), c, s).data();
  const half = await rotary(tensor(rearrange(x), [tokens, heads, dim]), c, s, "half").data();
  assertEquals(half, rearrange(interleaved));
});

Deno.test("rotary() turns each pair by position · theta^(−2i/dim) and keeps its length", async () => {
  const { cos, sin } = rotaryAngles([7], 4, 100);
  const y = await rotary(tensor([[[1, 0, 0, 2]]]), tensor(cos, [1, 2]), tensor(sin, [1, 2])).data();
  const second = 7 / 10; // 7 · 100^(−2/4)
  const expected = [Math.cos(7), Math.sin(7), -2 * Math.sin(second), 2 * Math.cos(second)];
  y.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
});

Deno.test("positions need an even number of features", () => {
  assertThrows(
    () => sinusoidalTable(4, 5),
    RangeError,
    "Cannot encode positions in 5 features: use an even number",
  );
  assertThrows(() => rotaryAngles([0], 3), RangeError, "Cannot encode positions in 3 features");
});

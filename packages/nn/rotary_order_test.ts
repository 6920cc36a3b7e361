import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { assign, foldIn, keyFromSeed, normals, scope, tensor, useBackend } from "@taxon/tensor";
import { halfToInterleaved, interleavedToHalf, MultiHeadAttention, rotaryAngles } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const [modelSize, heads, headDim, tokens] = [6, 2, 8, 4];

Deno.test("attention with half-split pairs and reordered weights equals the one with interleaved pairs", async () => {
  using attention = new MultiHeadAttention({ modelSize, heads, headDim }).initialize(3);
  for (const [name, param] of attention.namedParameters()) { // biases start at 0 and would hide a wrong order
    if (name.endsWith("bias")) assign(param, tensor(normals(foldIn(keyFromSeed(1), name), param.shape[0])));
  }
  const x = tensor(normals(keyFromSeed(7), tokens * modelSize), [1, tokens, modelSize]);
  const angles = rotaryAngles([3, 1, 4, 11], headDim);
  const [cos, sin] = [angles.cos, angles.sin].map((values) => tensor(values, [tokens, headDim / 2]));
  const attend = (pairs: "interleaved" | "half") =>
    scope(() => attention.attend(x, x, x, { rotary: { cos, sin, pairs } }));
  const before = attend("interleaved");
  for (const { weight, bias } of [attention.query, attention.key]) {
    assign(weight, interleavedToHalf(weight, headDim));
    assign(bias!, interleavedToHalf(bias!, headDim));
  }
  const after = attend("half");
  for (const part of ["output", "weights"] as const) {
    const [got, expected] = [await after[part].data(), await before[part].data()];
    got.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
  }
  const wrong = await attend("interleaved").weights.data(); // the convention matters at all
  const right = await after.weights.data();
  assertEquals(wrong.some((value, i) => Math.abs(value - right[i]) > 1e-3), true);
});

Deno.test("halfToInterleaved() undoes interleavedToHalf()", async () => {
  const weight = tensor(normals(keyFromSeed(2), heads * headDim * 3), [heads * headDim, 3]);
  const there = interleavedToHalf(weight, headDim);
  assertEquals(await halfToInterleaved(there, headDim).data(), await weight.data());
});

Deno.test("features that do not divide into heads of an even size cannot be reordered", () => {
  const message = "Cannot reorder 6 features for heads of 4: headDim must be even and divide them";
  assertThrows(() => interleavedToHalf(tensor([0, 1, 2, 3, 4, 5]), 4), RangeError, message);
  assertThrows(() => halfToInterleaved(tensor([0, 1, 2, 3, 4, 5]), 3), RangeError, "for heads of 3");
});

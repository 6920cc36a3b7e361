import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { foldIn, keyFromSeed, normals, rows, scope, type Tensor, tensor, useBackend } from "@taxon/tensor";
import { packHeads, SeparateHeadsAttention, SingleHeadAttention } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const sizes = { modelSize: 6, heads: 3, headDim: 4 };
const [batch, queries, keys] = [2, 3, 5];

function random(name: string, shape: number[]): Tensor {
  return tensor(normals(foldIn(keyFromSeed(8), name), shape.reduce((a, b) => a * b)), shape);
}

const query = random("query", [batch, queries, sizes.modelSize]);
const key = random("key", [batch, keys, sizes.modelSize]);
const value = random("value", [batch, keys, sizes.modelSize]);
const mask = tensor(Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0), [batch, keys]);

function assertClose(got: Tensor, expected: Tensor): void {
  assertEquals(got.shape, expected.shape);
  const [a, b] = [got.dataSync(), expected.dataSync()];
  a.forEach((value, i) => assertAlmostEquals(value, b[i], 1e-6));
}

for (const padded of [false, true]) {
  Deno.test(`separate heads across two inputs equal packed heads ${padded ? "with" : "without"} padding`, () => {
    using separate = new SeparateHeadsAttention(sizes).initialize(3);
    using packed = packHeads(separate);
    const options = padded ? { mask } : {};
    const one = separate.forward(query, key, value, options);
    const other = packed.attend(query, key, value, options);
    assertEquals(one.weights.shape, [batch, sizes.heads, queries, keys]);
    assertClose(one.output, other.output);
    assertClose(one.weights, other.weights);
  });
}

Deno.test("packHeads() copies: training the separate heads on leaves the packed ones alone", async () => {
  using separate = new SeparateHeadsAttention(sizes).initialize(3);
  using packed = packHeads(separate);
  const before = await packed.stateDict();
  separate.initialize(4);
  assertEquals(await packed.stateDict(), before);
});

Deno.test("a padded key has weight exactly 0, and the rest attends as if it were not there", () => {
  using head = new SingleHeadAttention(sizes.modelSize, sizes.headDim).initialize(5);
  const [q, k] = [random("q", [queries, sizes.modelSize]), random("k", [keys, sizes.modelSize])];
  const padded = head.forward(q, k, k, { mask: tensor(Int32Array.of(1, 1, 1, 0, 0)) });
  const alone = scope(() => head.forward(q, rows(k, 0, 3)));
  assertClose(padded.output, alone.output);
  const weights = padded.weights.dataSync();
  for (let i = 0; i < queries; i++) assertEquals([...weights.subarray(i * keys + 3, i * keys + 5)], [0, 0]);
});

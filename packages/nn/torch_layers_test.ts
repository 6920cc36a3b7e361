import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  arange,
  foldIn,
  keyFromSeed,
  normals,
  rows,
  scope,
  ShapeError,
  type Tensor,
  tensor,
  useBackend,
  zeros,
} from "@taxon/tensor";
import { LayerNorm, MultiheadAttention, TransformerEncoder, TransformerEncoderLayer } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const [batch, tokens, size, heads] = [2, 4, 6, 2];

function random(name: string, shape: number[]): Tensor {
  return tensor(normals(foldIn(keyFromSeed(9), name), shape.reduce((a, b) => a * b)), shape);
}

const x = random("x", [batch, tokens, size]);
const causal = Array.from({ length: tokens * tokens }, (_, i) => i % tokens > Math.floor(i / tokens) ? 1 : 0);

Deno.test("parameters have the names and the order of PyTorch's state dicts", () => {
  using plain = new MultiheadAttention(size, heads);
  assertEquals([...plain.namedParameters().keys()], [
    "in_proj_weight",
    "in_proj_bias",
    "out_proj.weight",
    "out_proj.bias",
  ]);
  using other = new MultiheadAttention(size, heads, { kdim: 3 });
  assertEquals([...other.namedParameters().keys()].slice(0, 4), [
    "q_proj_weight",
    "k_proj_weight",
    "v_proj_weight",
    "in_proj_bias",
  ]);
  using encoder = new TransformerEncoder({ dModel: size, nhead: heads }, 2, new LayerNorm(size));
  const names = [...encoder.namedParameters().keys()];
  assertEquals(names.slice(0, 12), [
    "layers.0.self_attn.in_proj_weight",
    "layers.0.self_attn.in_proj_bias",
    "layers.0.self_attn.out_proj.weight",
    "layers.0.self_attn.out_proj.bias",
    "layers.0.linear1.weight",
    "layers.0.linear1.bias",
    "layers.0.linear2.weight",
    "layers.0.linear2.bias",
    "layers.0.norm1.weight",
    "layers.0.norm1.bias",
    "layers.0.norm2.weight",
    "layers.0.norm2.bias",
  ]);
  assertEquals(names.slice(-2), ["norm.weight", "norm.bias"]);
});

Deno.test("a float mask of −∞ forbids what a bool mask of 1 forbids", async () => {
  using attention = new MultiheadAttention(size, heads).initialize(1);
  const attend = (attnMask: Tensor) => scope(() => attention.forward(x, x, x, { attnMask }));
  const forbidden = attend(tensor(Int32Array.from(causal), [tokens, tokens]));
  const added = attend(tensor(Float32Array.from(causal, (no) => no ? -Infinity : 0), [tokens, tokens]));
  const [a, b] = [await forbidden.weights.data(), await added.weights.data()];
  a.forEach((weight, i) => assertAlmostEquals(weight, b[i], 1e-7));
  a.forEach((weight, i) => assertEquals(weight === 0, causal[i % causal.length] === 1));
});

Deno.test("a query that may see no key gets weights of zero and the output of a zero vector", async () => {
  using attention = new MultiheadAttention(size, heads).initialize(1);
  const keyPaddingMask = tensor(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), [batch, tokens]);
  const { output, weights } = scope(() => attention.forward(x, x, x, { keyPaddingMask }));
  const half = tokens * tokens;
  assertEquals((await weights.data()).slice(half), new Float32Array(half));
  const zero = scope(() => attention.out_proj.forward(zeros([tokens, size])));
  assertEquals((await output.data()).slice(tokens * size), await zero.data());
});

Deno.test("a mask of another shape is refused with the shapes that fit", () => {
  using attention = new MultiheadAttention(size, heads);
  assertThrows(
    () => attention.forward(x, x, x, { attnMask: zeros([batch, tokens, tokens]) }),
    ShapeError,
    "Cannot use attnMask of shape [2, 4, 4]: it must be [4, 4] or [4, 4, 4]",
  );
  assertThrows(
    () => attention.forward(x, x, x, { keyPaddingMask: zeros([tokens]) }),
    ShapeError,
    "Cannot use keyPaddingMask of shape [4]: it must be [2, 4]",
  );
});

Deno.test("padding does not change what an encoder makes of the tokens before it", async () => {
  using encoder = new TransformerEncoder(
    { dModel: size, nhead: heads, normFirst: true },
    2,
    new LayerNorm(size),
  )
    .initialize(2);
  const keyPaddingMask = tensor(Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1), [batch, tokens]);
  const padded = scope(() => encoder.forward(x, { keyPaddingMask }));
  const short = scope(() =>
    encoder.forward(tensor(x.dataSync().slice(tokens * size, 6 * size), [1, 2, size]))
  );
  const [got, expected] = [(await padded.data()).slice(tokens * size, 6 * size), await short.data()];
  got.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5));
});

Deno.test("dropout is 0.1 by default, drops while training, and other layers drop other elements", async () => {
  using layer = new TransformerEncoderLayer({ dModel: size, nhead: heads, dimFeedforward: 8 }).initialize(3);
  assertEquals(layer.settings.dropout, 0.1);
  assertEquals(layer.self_attn.dropout, 0.1);
  using attention = new MultiheadAttention(size, heads);
  assertEquals(attention.dropout, 0); // as in PyTorch
  const dropout = { key: keyFromSeed(4), rows: arange(batch * tokens) };
  const context = { layout: { kind: "padded" }, dropout } as const;
  const forward = (x: Tensor, options = {}) => scope(() => layer.forward(x, options)).data();
  const [inference, training, again] = [
    await forward(x),
    await forward(x, { context }),
    await forward(x, { context }),
  ];
  assertEquals(training, again); // same key, same elements
  assert(training.some((value, i) => Math.abs(value - inference[i]) > 1e-3));
  using same = new TransformerEncoder({ dModel: size, nhead: heads, dimFeedforward: 8 }, 2);
  const [first] = same.layers;
  for (const one of same.layers) one.loadStateDict(await layer.stateDict());
  const stacked = scope(() => same.forward(x, { context }));
  const chained = scope(() => first.forward(first.forward(x, { context }), { context }));
  assert((await rows(stacked, 0, 1).data()).some((value, i) => value !== chained.dataSync()[i]));
});

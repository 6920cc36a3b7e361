import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { keyFromSeed, normals, reshape, rows, tensor, useBackend } from "@taxon/tensor";
import { EncoderLayer, type StateEntry, TransformerEncoderLayer } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const [modelSize, heads, feedForwardSize] = [8, 2, 12];
const x = tensor(normals(keyFromSeed(1), 7 * modelSize), [7, modelSize]);

for (const norm of ["pre", "post"] as const) {
  for (const activation of ["relu", "gelu"] as const) {
    Deno.test(`the ${norm}-norm ${activation} layer equals PyTorch's TransformerEncoderLayer with its weights`, async () => {
      using theirs = new TransformerEncoderLayer({
        dModel: modelSize,
        nhead: heads,
        dimFeedforward: feedForwardSize,
        dropout: 0,
        activation,
        normFirst: norm === "pre",
      }).initialize(6);
      using ours = new EncoderLayer({
        modelSize,
        heads,
        headDim: modelSize / heads,
        feedForwardSize,
        activation,
        norm,
        normAffine: true,
        normEps: 1e-5,
        dropout: 0,
      });
      ours.loadStateDict(fromTorch(await theirs.stateDict()));
      const got = await ours.forward(x, { layout: { kind: "packed", cuSeqlens: Int32Array.of(0, 7) } })
        .data();
      const expected = await theirs.forward(reshape(x, [1, 7, modelSize])).data();
      got.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5));
    });
  }
}

/** Their names and one matrix for three projections, as ours. */
function fromTorch(state: Map<string, StateEntry>): Map<string, StateEntry> {
  const names: Record<string, string> = {
    "self_attn.out_proj": "attention.output",
    linear1: "feedForward.up",
    linear2: "feedForward.down",
    norm1: "attentionNorm",
    norm2: "feedForwardNorm",
  };
  const result = new Map<string, StateEntry>();
  for (const [name, { shape, data }] of state) {
    const stacked = name.match(/^self_attn\.in_proj_(weight|bias)$/)?.[1];
    if (stacked) {
      const size = data.length / 3;
      ["query", "key", "value"].forEach((part, i) => {
        const entry = {
          shape: [shape[0] / 3, ...shape.slice(1)],
          data: data.slice(i * size, (i + 1) * size),
        };
        result.set(`attention.${part}.${stacked}`, entry);
      });
    } else {
      const [, path, kind] = name.match(/^(.*)\.(\w+)$/)!;
      result.set(`${names[path]}.${kind}`, { shape, data });
    }
  }
  return result;
}

Deno.test("a packed sequence comes out as it does alone", async () => {
  using layer = new EncoderLayer({
    modelSize,
    heads,
    headDim: 3, // heads · headDim is not the model's size
    feedForwardSize,
    activation: "geluTanh",
    norm: "pre",
    normAffine: false,
    normEps: 1e-6,
    dropout: 0,
  }).initialize(2);
  const packed = (
    cuSeqlens: number[],
  ) => ({ kind: "packed", cuSeqlens: Int32Array.from(cuSeqlens) } as const);
  const both = await layer.forward(x, { layout: packed([0, 3, 7]) }).data();
  const first = await layer.forward(rows(x, 0, 3), { layout: packed([0, 3]) }).data();
  const second = await layer.forward(rows(x, 3, 7), { layout: packed([0, 4]) }).data();
  assertEquals([...both], [...first, ...second]); // to the bit
});

import { assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { EncoderClassifier, encoderConfig, packBatch, predictLogits } from "@taxon/model";
import { foldIn, keyFromSeed, scope, useBackend } from "@taxon/tensor";
import { PooledTexts } from "./frozen_encoder.ts";

const texts = [[2, 5, 3], [2, 7, 8, 9, 3], [2, 3], [2, 4, 4, 3]].map((ids) => ({ ids }));
const settings = { vocabSize: 10, modelSize: 8, heads: 2, headDim: 4, feedForwardSize: 8, dropout: 0 };

Deno.test("PooledTexts gives the bits of the whole model, also with dropout in the head, and leaves no memory", async () => {
  using backend = useBackend(await createCpuBackend());
  using model = new EncoderClassifier(
    encoderConfig({ ...settings, headActivation: "tanh", headDropout: 0.4, labels: ["a", "b", "c"] }),
  ).initialize(3);
  const { buffers } = backend.memory();
  const pooled = await PooledTexts.of(model, { texts });
  assertEquals(await pooled.allLogits(), await predictLogits(model, texts));

  const [indices, places, key] = [Int32Array.of(3, 1), Int32Array.of(0, 5), foldIn(keyFromSeed(1), "step")];
  using some = scope(() => pooled.logits(indices, places, key));
  using whole = scope(() => {
    return model.forward(packBatch([texts[3], texts[1]], places), { dropoutKey: key }).logits;
  });
  assertEquals(await some.data(), await whole.data());
  some.dispose();
  whole.dispose();
  assertEquals(backend.memory().buffers - buffers, 1); // the table of sinusoids, made at first use
});

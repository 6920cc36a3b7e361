import { assert, assertEquals } from "@std/assert";
import { EncoderClassifier, encoderConfig, packBatch, predictLogits, scores } from "@taxon/model";
import { crossEntropySum } from "@taxon/nn";
import { tensor, useBackend } from "@taxon/tensor";
import { Trainer } from "@taxon/train";
import { presentBackends } from "../support/backends.ts";

const config = encoderConfig({
  vocabSize: 40,
  maxTokens: 16,
  modelSize: 16,
  layers: 1,
  heads: 2,
  headDim: 8,
  feedForwardSize: 16,
  dropout: 0.2,
});

/** Sequences of 1 to 16 tokens; the label is the parity of the first one. */
const texts = Array.from({ length: 40 }, (_, i) => ({
  ids: Int32Array.from({ length: 1 + i * 7 % 16 }, (_, t) => (i * 11 + t * 5) % 40),
}));
const labelOf = (index: number) => texts[index].ids[0] % 2;

for (const provider of await presentBackends()) {
  Deno.test(`training and 1,000 classifications leave no buffer behind on ${provider.name}`, async () => {
    using backend = useBackend(await provider.create({ threads: 1 }));
    const empty = backend.memory().buffers;
    {
      using model = new EncoderClassifier(config).initialize(1);
      await predictLogits(model, texts.slice(0, 1)); // makes the table of positions, which the model keeps
      const ofModel = backend.memory().buffers;
      assert(ofModel > empty, "the model must have buffers to count");
      {
        using trainer = new Trainer({
          parameters: model.namedParameters(),
          examples: texts.length,
          weight: () => 1,
          mayBeSilent: (name) => name.endsWith("key.bias"),
          loss: (indices, places, dropoutKey) => {
            const batch = packBatch(Array.from(indices, (i) => texts[i]), places);
            const truth = tensor(Int32Array.from(indices, labelOf));
            return crossEntropySum(model.forward(batch, { dropoutKey }).logits, truth).sum;
          },
        }, { seed: 1, epochs: 3, batchSize: 8, microBatchSize: 3, learningRate: () => 0.01 });
        const before = backend.memory().buffers;
        for await (const { step } of trainer.run()) {
          assertEquals(backend.memory().buffers, before, `step ${step}`);
        }
      }
      assertEquals(backend.memory().buffers, ofModel);

      const first = await predictLogits(model, texts.slice(0, 1));
      for (let i = 0; i < 1000; i++) {
        const logits = await predictLogits(model, [texts[i % texts.length]]);
        assertEquals(scores(logits, config).length, 2);
      }
      assertEquals(await predictLogits(model, texts.slice(0, 1)), first);
      assertEquals(backend.memory().buffers, ofModel);
    }
    assertEquals(backend.memory().buffers, empty);
  });
}

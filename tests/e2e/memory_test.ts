import { assert, assertEquals } from "@std/assert";
import { scores } from "@taxon/decision";
import { EncoderClassifier, predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { presentBackends } from "../support/backends.ts";
import { smallConfig, smallTexts, smallTrainer } from "../support/small_training.ts";

for (const provider of await presentBackends()) {
  Deno.test(`training and 1,000 classifications leave no buffer behind on ${provider.name}`, async () => {
    using backend = useBackend(await provider.create({ threads: 1 }));
    const empty = backend.memory().buffers;
    {
      using model = new EncoderClassifier(smallConfig).initialize(1);
      await predictLogits(model, smallTexts.slice(0, 1)); // makes the table of positions, which the model keeps
      const ofModel = backend.memory().buffers;
      assert(ofModel > empty, "the model must have buffers to count");
      {
        using trainer = smallTrainer(model, 3);
        const before = backend.memory().buffers;
        for await (const { step } of trainer.run()) {
          assertEquals(backend.memory().buffers, before, `step ${step}`);
        }
      }
      assertEquals(backend.memory().buffers, ofModel);

      const first = await predictLogits(model, smallTexts.slice(0, 1));
      for (let i = 0; i < 1000; i++) {
        const logits = await predictLogits(model, [smallTexts[i % smallTexts.length]]);
        assertEquals(scores(logits, smallConfig).length, 2);
      }
      assertEquals(await predictLogits(model, smallTexts.slice(0, 1)), first);
      assertEquals(backend.memory().buffers, ofModel);
    }
    assertEquals(backend.memory().buffers, empty);
  });
}

import { EncoderClassifier, encoderConfig, packBatch } from "@taxon/model";
import { crossEntropySum } from "@taxon/nn";
import { type Backend, tensor, useBackend } from "@taxon/tensor";
import { Trainer } from "@taxon/train";

const LABELS = ["a", "b", "c"];
const STEPS = 20;

/** Texts of 3 … 9 tokens that are named by the class of their second token. */
const texts = Array.from({ length: 24 }, (_, t) => {
  const ids = Array.from({ length: 3 + t % 7 }, (_, i) => 1 + (t * 5 + i * 7 + t * i) % 28);
  return { ids, label: ids[1] % LABELS.length };
});

/** Trains a small encoder with dropout from a fixed seed; gives the loss of each step. */
export async function trainingCurve(backend: Backend): Promise<number[]> {
  using _backend = useBackend(backend);
  const config = encoderConfig({
    vocabSize: 30,
    modelSize: 32,
    heads: 2,
    headDim: 16,
    feedForwardSize: 64,
    labels: LABELS,
  });
  using model = new EncoderClassifier(config).initialize(7);
  const task = {
    parameters: model.namedParameters(),
    examples: texts.length,
    weight: () => 1,
    mayBeSilent: (name: string) => name.endsWith("key.bias"),
    loss: (indices: Int32Array, places: Int32Array, dropoutKey: [number, number]) => {
      const batch = packBatch(Array.from(indices, (i) => texts[i]), places);
      const labels = tensor(Int32Array.from(indices, (i) => texts[i].label));
      return crossEntropySum(model.forward(batch, { dropoutKey }).logits, labels).sum;
    },
  };
  using trainer = new Trainer(task, {
    seed: 3,
    epochs: STEPS / 2,
    batchSize: 12,
    learningRate: () => 0.005,
  });
  return await Array.fromAsync(trainer.run(), ({ loss }) => loss);
}

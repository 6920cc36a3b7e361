import { EncoderClassifier, type EncoderClassifierConfig, encoderConfig, packBatch } from "@taxon/model";
import { crossEntropySum } from "@taxon/nn";
import { tensor } from "@taxon/tensor";
import { Trainer } from "@taxon/train";

/** A small encoder for two classes. */
export const smallConfig: EncoderClassifierConfig = encoderConfig({
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
export const smallTexts = Array.from({ length: 40 }, (_, i) => ({
  ids: Int32Array.from({ length: 1 + i * 7 % 16 }, (_, t) => (i * 11 + t * 5) % 40),
}));
const labelOf = (index: number) => smallTexts[index].ids[0] % 2;

/** Trains a model of `smallConfig` on `smallTexts`, 5 steps an epoch. */
export function smallTrainer(model: EncoderClassifier, epochs: number): Trainer {
  return new Trainer({
    parameters: model.namedParameters(),
    examples: smallTexts.length,
    weight: () => 1,
    mayBeSilent: (name) => name.endsWith("key.bias"),
    loss: (indices, places, dropoutKey) => {
      const batch = packBatch(Array.from(indices, (i) => smallTexts[i]), places);
      const truth = tensor(Int32Array.from(indices, labelOf));
      return crossEntropySum(model.forward(batch, { dropoutKey }).logits, truth).sum;
    },
  }, { seed: 1, epochs, batchSize: 8, microBatchSize: 3, learningRate: () => 0.01 });
}

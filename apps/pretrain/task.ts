import {
  type MaskableText,
  maskedCount,
  type MaskedLanguageModel,
  type Masking,
  maskTokens,
} from "@taxon/model";
import { foldIn, keyFromSeed, scope } from "@taxon/tensor";
import type { TrainingTask } from "@taxon/train";

/** Joins model and sequences to what the training loop works on: other tokens are hidden at each step. */
export function pretrainingTask(
  mlm: MaskedLanguageModel,
  sequences: readonly MaskableText[],
  masking: Masking,
): TrainingTask {
  return {
    parameters: mlm.namedParameters(),
    examples: sequences.length,
    weight: (index) => maskedCount(sequences[index]),
    mayBeSilent: (name) => name.endsWith("attention.key.bias"), // softmax does not see a shift of all scores
    loss(indices, places, dropoutKey) {
      const key = foldIn(dropoutKey, "masks");
      const masked = Array.from(indices, (index, i) => maskTokens(sequences[index], masking, key, places[i]));
      return mlm.loss(masked, places, dropoutKey);
    },
  };
}

/**
 * exp of the mean cross entropy of hidden tokens: of how many it would have to choose at random to do as well.
 *
 * @param onBatch Called before each batch; what it throws ends the work.
 */
export async function perplexity(
  mlm: MaskedLanguageModel,
  sequences: readonly MaskableText[],
  masking: Masking,
  onBatch: () => void,
): Promise<number> {
  const key = keyFromSeed(0); // the same tokens are hidden each time
  const masked = sequences.map((sequence, row) => maskTokens(sequence, masking, key, row));
  let [total, count] = [0, 0];
  for (let from = 0; from < masked.length; from += 32) {
    onBatch();
    const batch = masked.slice(from, from + 32);
    using loss = scope(() => mlm.loss(batch));
    total += (await loss.data())[0];
    count += batch.reduce((sum, { places }) => sum + places.length, 0);
  }
  return Math.exp(total / count);
}

import { EncoderClassifier } from "@taxon/model";
import type { NgramTable } from "@taxon/train";

/**
 * A copy of an encoder with a linear model on n-grams beside it; each was trained by itself. How much either counts goes
 * into the weights.
 *
 * @param share What the encoder's logits are multiplied by, 0 … 1; those of the n-grams have the rest.
 */
export async function withNgrams(
  encoder: EncoderClassifier,
  { buckets, idf, weight, bias }: NgramTable,
  share: number,
): Promise<EncoderClassifier> {
  const rows = buckets.length;
  const { labels } = encoder.config;
  const ngrams = [
    ["ngrams.buckets", { shape: [rows], data: buckets }],
    ["ngrams.idf", { shape: [rows, 1], data: idf }],
    ["ngrams.weight", { shape: [rows, labels.length], data: weight }],
    ["ngrams.bias", { shape: [labels.length], data: bias }],
  ] as const;
  const state = new Map([...await encoder.stateDict(), ...ngrams]);
  const factors = {
    "head.weight": share,
    "head.bias": share,
    "ngrams.weight": 1 - share,
    "ngrams.bias": 1 - share,
  };
  for (const [name, factor] of Object.entries(factors)) {
    const { shape, data } = state.get(name)!;
    state.set(name, { shape, data: data.map((value) => factor * value) });
  }
  const model = new EncoderClassifier({ ...encoder.config, ngramRows: rows });
  model.loadStateDict(state);
  return model;
}

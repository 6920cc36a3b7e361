import {
  type EncodedText,
  EncoderClassifier,
  type EncoderClassifierConfig,
  encoderConfig,
} from "@taxon/model";

/** Ids of the special tokens in the texts of the tests. */
export const [CLS, SEP, MASK] = [2, 3, 4];

/** A small classifier with random weights on the current backend. */
export function testModel(given: Partial<EncoderClassifierConfig> = {}): EncoderClassifier {
  const small = { vocabSize: 40, maxTokens: 40, modelSize: 16, layers: 2, heads: 2, headDim: 6 };
  return new EncoderClassifier(encoderConfig({ ...small, labels: ["a", "b", "c"], ...given })).initialize(3);
}

/** A text of `words` words between special tokens. */
export function testText(words: number): EncodedText {
  const ids = [CLS, ...Array.from({ length: words }, (_, i) => 5 + (i * i * 17 + i * 7) % 35), SEP];
  return { ids, typeIds: ids.map((_, i) => i * 2 >= ids.length ? 1 : 0) };
}

/** The text with [MASK] for every word. */
export function masked({ ids }: EncodedText): number[] {
  return Array.from(ids, (id) => id === CLS || id === SEP ? id : MASK);
}

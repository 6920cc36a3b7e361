import type { VocabularyOptions } from "./word_piece_vocabulary.ts";

/**
 * A vocabulary of whole words, the most frequent first and equal ones in the order of their code units: without
 * pieces to spell them with, all other words become `[UNK]`.
 *
 * @param wordCounts How often each word occurs.
 * @returns The tokens in the order of their ids, special tokens first.
 */
export function wordVocabulary(
  wordCounts: ReadonlyMap<string, number>,
  { vocabSize, minFrequency, specialTokens }: Pick<
    VocabularyOptions,
    "vocabSize" | "minFrequency" | "specialTokens"
  >,
): string[] {
  const words = [...wordCounts]
    .filter(([word, count]) => count >= minFrequency && !specialTokens.includes(word))
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([word]) => word);
  return [...specialTokens, ...words].slice(0, Math.max(vocabSize, specialTokens.length));
}

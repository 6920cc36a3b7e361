import { type CountedWord, PairMerger } from "./pair_merger.ts";

/** What {@linkcode wordPieceVocabulary} needs beside the words. */
export interface VocabularyOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly limitAlphabet: number;
  readonly specialTokens: readonly string[];
  readonly continuingSubwordPrefix: string;
  readonly onProgress?: (share: number) => void;
}

/**
 * Learns a WordPiece vocabulary as Hugging Face's `WordPieceTrainer` does: special tokens, then the letters, then
 * the joined pieces of byte-pair encoding, the most frequent pair first.
 *
 * @param wordCounts How often each word occurs.
 * @returns The tokens in the order of their ids. The same counts give the same tokens, in whatever order they come.
 * @throws {RangeError} If the special tokens and letters alone are more than `vocabSize`.
 */
export function wordPieceVocabulary(
  wordCounts: ReadonlyMap<string, number>,
  options: VocabularyOptions,
): string[] {
  const { specialTokens, continuingSubwordPrefix: prefix, vocabSize, onProgress = () => {} } = options;
  const ids = new Map<string, number>();
  const tokens: string[] = [];
  const idOf = (token: string): number => {
    const known = ids.get(token);
    if (known !== undefined) return known;
    ids.set(token, tokens.length);
    return tokens.push(token) - 1;
  };
  specialTokens.forEach(idOf);
  const letters = new Set(alphabet(wordCounts, options.limitAlphabet));
  const spellings = new Map<string, string[]>();
  for (const word of wordCounts.keys()) {
    const known = Array.from(word).filter((letter) => letters.has(letter));
    spellings.set(word, known.map((letter, i) => i === 0 ? letter : prefix + letter));
  }
  for (const letter of letters) idOf(letter);
  for (const form of [...new Set([...spellings.values()].flat())].sort(byCodeUnits)) idOf(form);
  if (tokens.length > vocabSize) {
    throw new RangeError(
      `Cannot train a vocabulary of ${vocabSize} tokens: ${specialTokens.length} special tokens and ` +
        `${tokens.length - specialTokens.length} letters at the start of or inside words come first; ` +
        `raise vocabSize to at least ${tokens.length} or lower limitAlphabet`,
    );
  }

  const words = [...spellings].map(([word, forms]): CountedWord => ({
    symbols: forms.map(idOf),
    count: wordCounts.get(word)!,
  }));
  const merger = new PairMerger(words, (done) => onProgress(done / words.length / 2));
  while (tokens.length < vocabSize) {
    onProgress((1 + tokens.length / vocabSize) / 2);
    const pair = merger.next();
    if (!pair || pair.count < options.minFrequency) break;
    merger.merge(pair, idOf(tokens[pair.left] + tokens[pair.right].slice(prefix.length)));
  }
  return tokens;
}

/** The `limit` most frequent letters, in the order of their code units. */
function alphabet(wordCounts: ReadonlyMap<string, number>, limit: number): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of wordCounts) {
    for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + count);
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || byCodeUnits(a, b))
    .slice(0, limit)
    .map(([letter]) => letter)
    .sort(byCodeUnits);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

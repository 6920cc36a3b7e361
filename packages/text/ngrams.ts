import type { NgramCounts } from "@taxon/decision";
import { bucketOf, lowerCase, mix, NGRAM_RULES, NGRAM_STRETCHES, NGRAM_WORDS } from "./ngram_rules.ts";

const { boundary, minLetters, maxLetters, hash: starts } = NGRAM_RULES;

/** One place where an n-gram stands. */
export interface NgramOccurrence {
  /** `words` or `characters`. */
  block: keyof NgramCounts;
  /** Hash of the n-gram, from 0 to `NGRAM_RULES.buckets` − 1. */
  bucket: number;
  /** Where it begins in the text, in UTF-16 units. */
  start: number;
  /** Behind its last unit; the spaces around a word's characters have no place. */
  end: number;
}

/**
 * Hashed n-grams of a lower-cased text: one and two words in a row (punctuation counts as words), and two to
 * five characters inside a word with a space at both ends, scikit-learn's `char_wb`. A character of code 0 is a space.
 *
 * @example
 * ```ts
 * import { countNgrams } from "@taxon/text";
 * import { assertEquals } from "@std/assert";
 *
 * const { words } = countNgrams("no no");
 * assertEquals([...words.values()].sort(), [1, 1, 1, 2]); // "no no" and "no" at either end; "no" twice
 * ```
 */
export function countNgrams(text: string): NgramCounts {
  const counts = { words: new Map<number, number>(), characters: new Map<number, number>() };
  visitNgrams(text, ({ block, bucket }) => {
    counts[block].set(bucket, (counts[block].get(bucket) ?? 0) + 1);
  });
  return counts;
}

/** A pair as one text; the separator is a word of its own, so no n-gram runs from one part into the other unnoticed. */
export function joinPair(text: string, textPair?: string): string {
  return textPair === undefined ? text : `${text} \u241e ${textPair}`; // ␞, the symbol for a record separator
}

/** Calls `visit` for each n-gram that {@linkcode countNgrams} counts, with its place. */
export function visitNgrams(
  text: string,
  visit: (occurrence: NgramOccurrence) => void,
): void {
  const lower = lowerCase(text);
  visitWords(lower, visit);
  visitCharacters(lower, visit);
}

type Visitor = Parameters<typeof visitNgrams>[1];

function visitWords(text: string, visit: Visitor): void {
  const report = (ngram: string, start: number, end: number) =>
    visit({ block: "words", bucket: bucketOf(hashUnits(starts.words, ngram)), start, end });
  let previous = { word: boundary as string, start: 0, end: 0 };
  for (const match of text.matchAll(NGRAM_WORDS)) {
    const [word] = match;
    const [start, end] = [match.index, match.index + word.length];
    report(word, start, end);
    report(`${previous.word} ${word}`, previous.word === boundary ? start : previous.start, end);
    previous = { word, start, end };
  }
  report(`${previous.word} ${boundary}`, previous.start, previous.end);
}

function visitCharacters(text: string, visit: Visitor): void {
  for (const { 0: word, index } of text.matchAll(NGRAM_STRETCHES)) {
    const padded = ` ${word} `;
    const place = (i: number) => index + Math.min(Math.max(i - 1, 0), word.length);
    for (let from = 0; from + minLetters <= padded.length; from++) {
      let hash: number = starts.characters;
      const to = Math.min(from + maxLetters, padded.length);
      for (let i = from; i < to; i++) {
        hash = mix(hash, padded.charCodeAt(i));
        if (i + 1 - from < minLetters) continue;
        visit({
          block: "characters",
          bucket: bucketOf(hash),
          start: place(from),
          end: place(i + 1),
        });
      }
    }
  }
}

function hashUnits(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

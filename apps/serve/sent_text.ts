import type { NgramCounts } from "@taxon/decision";
import type { EncodedText } from "@taxon/model";

/** N-grams as they go from thread to thread: maps would be copied entry by entry, arrays are handed over. */
export interface SentNgrams {
  /** Bucket and count, in turn, in the order in which they came up: sums depend on it. */
  readonly words: Int32Array;
  readonly characters: Int32Array;
}

/** A text as the model reads it, on its way there. */
export interface SentText {
  readonly ids: Int32Array;
  readonly typeIds?: Int32Array;
  readonly ngrams?: SentNgrams;
}

/** Puts n-grams into arrays. */
export function packNgrams({ words, characters }: NgramCounts): SentNgrams {
  return { words: flat(words), characters: flat(characters) };
}

/** The text with its n-grams as the model takes them. */
export function unpackNgrams({ ids, typeIds, ngrams }: SentText): EncodedText {
  return {
    ids,
    typeIds,
    ngrams: ngrams && { words: counts(ngrams.words), characters: counts(ngrams.characters) },
  };
}

function flat(counts: ReadonlyMap<number, number>): Int32Array {
  const pairs = new Int32Array(2 * counts.size);
  let i = 0;
  for (const [bucket, count] of counts) {
    pairs[i++] = bucket;
    pairs[i++] = count;
  }
  return pairs;
}

function counts(pairs: Int32Array): Map<number, number> {
  const map = new Map<number, number>();
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  return map;
}

/** Number of buckets that n-grams are hashed into: a power of two, and some ten times what a usual corpus holds. */
export const BUCKETS = 2 ** 20;

/** Stands before the first word and after the last: how a text begins and ends says much about it. */
const BOUNDARY = "\n";

const MIN_LETTERS = 2;
const MAX_LETTERS = 5;

/** How often each bucket occurs in a text; words and characters are separate blocks of features. */
export interface NgramCounts {
  words: Map<number, number>;
  characters: Map<number, number>;
}

/**
 * Hashed n-grams of a lower-cased text: one and two words in a row (punctuation counts as words), and two to
 * five characters inside a word with a space at both ends, scikit-learn's `char_wb`.
 */
export function countNgrams(text: string): NgramCounts {
  const lower = text.toLowerCase();
  return { words: countWords(lower), characters: countCharacters(lower) };
}

function countWords(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  let previous = BOUNDARY;
  for (const word of text.match(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? []) {
    count(counts, hashUnits(WORD_BASIS, word));
    count(counts, hashUnits(WORD_BASIS, `${previous} ${word}`));
    previous = word;
  }
  count(counts, hashUnits(WORD_BASIS, `${previous} ${BOUNDARY}`));
  return counts;
}

function countCharacters(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of text.match(/\S+/gu) ?? []) {
    const padded = ` ${word} `;
    for (let start = 0; start + MIN_LETTERS <= padded.length; start++) {
      let hash = CHARACTER_BASIS;
      const end = Math.min(start + MAX_LETTERS, padded.length);
      for (let i = start; i < end; i++) {
        hash = mix(hash, padded.charCodeAt(i));
        if (i + 1 - start >= MIN_LETTERS) count(counts, hash);
      }
    }
  }
  return counts;
}

const WORD_BASIS = 0x811c9dc5; // FNV-1a, 32 bits
const CHARACTER_BASIS = 0x01234567; // another start, so that the blocks do not collide in step

function hashUnits(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

function mix(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** FNV's low bits are weak for short input: the finaliser of MurmurHash3 spreads them before the cut. */
function count(counts: Map<number, number>, hash: number): void {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  const bucket = ((h ^ (h >>> 16)) >>> 0) % BUCKETS;
  counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
}

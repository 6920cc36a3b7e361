/** Number of buckets that n-grams are hashed into: a power of two, and some ten times what a usual corpus holds. */
export const NGRAM_BUCKETS: number = 2 ** 20;

/** Stands before the first word and after the last: how a text begins and ends says much about it. */
const BOUNDARY = "\n";

const MIN_LETTERS = 2;
const MAX_LETTERS = 5;

/** How often each bucket occurs in a text; words and characters are separate blocks of features. */
export interface NgramCounts {
  words: Map<number, number>;
  characters: Map<number, number>;
}

/** One place where an n-gram stands. */
export interface NgramOccurrence {
  block: keyof NgramCounts;
  bucket: number;
  /** Where it begins in the text, in UTF-16 units. */
  start: number;
  end: number;
}

/**
 * Hashed n-grams of a lower-cased text: one and two words in a row (punctuation counts as words), and two to
 * five characters inside a word with a space at both ends, scikit-learn's `char_wb`.
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
  const counts: NgramCounts = { words: new Map(), characters: new Map() };
  visitNgrams(text, ({ block, bucket }) => {
    counts[block].set(bucket, (counts[block].get(bucket) ?? 0) + 1);
  });
  return counts;
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

/** Lower case in which every character keeps its place: the few that would change their length stay as they are. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (c) => c.toLowerCase().length === c.length ? c.toLowerCase() : c).join("");
}

type Visitor = Parameters<typeof visitNgrams>[1];

function visitWords(text: string, visit: Visitor): void {
  const report = (ngram: string, start: number, end: number) =>
    visit({ block: "words", bucket: bucketOf(hashUnits(WORD_BASIS, ngram)), start, end });
  let previous = { word: BOUNDARY, start: 0, end: 0 };
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu)) {
    const [word] = match;
    const [start, end] = [match.index, match.index + word.length];
    report(word, start, end);
    report(`${previous.word} ${word}`, previous.word === BOUNDARY ? start : previous.start, end);
    previous = { word, start, end };
  }
  report(`${previous.word} ${BOUNDARY}`, previous.start, previous.end);
}

function visitCharacters(text: string, visit: Visitor): void {
  for (const { 0: word, index } of text.matchAll(/\S+/gu)) {
    const padded = ` ${word} `;
    const place = (i: number) => index + Math.min(Math.max(i - 1, 0), word.length);
    for (let from = 0; from + MIN_LETTERS <= padded.length; from++) {
      let hash = CHARACTER_BASIS;
      const to = Math.min(from + MAX_LETTERS, padded.length);
      for (let i = from; i < to; i++) {
        hash = mix(hash, padded.charCodeAt(i));
        if (i + 1 - from < MIN_LETTERS) continue;
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
function bucketOf(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) % NGRAM_BUCKETS;
}

/**
 * What n-grams are made of and how they are hashed, for {@linkcode countNgrams} and for whatever else has to find the
 * same buckets, such as an ONNX file.
 */
export const NGRAM_RULES = {
  /** Number of buckets that n-grams are hashed into: a power of two, and some ten times what a usual corpus holds. */
  buckets: 2 ** 20,
  /** Stands before the first word and after the last: how a text begins and ends says much about it. */
  boundary: "\n",
  /** Shortest and longest n-gram of characters, in UTF-16 units. */
  minLetters: 2,
  maxLetters: 5,
  /** FNV-1a of 32 bits over UTF-16 units; two starts, so that the blocks do not collide in step. */
  hash: { words: 0x811c9dc5, characters: 0x01234567, prime: 0x01000193 },
  /** Multipliers of MurmurHash3's finaliser, between shifts by 16, 13 and 16. */
  finish: [0x85ebca6b, 0xc2b2ae35],
} as const;

/** What a character is to n-grams: letters stand together as words, each mark is a word by itself. */
export type NgramCharacterKind = "space" | "letter" | "mark";

const { hash: { prime: PRIME }, finish: [FIRST, SECOND], buckets: BUCKETS } = NGRAM_RULES;
const LETTERS = String.raw`\p{L}\p{M}\p{N}_`;
const SPACES = String.raw`\s\0`; // zeros are padding where texts lie in arrays
const LETTER = new RegExp(`[${LETTERS}]`, "u");
const SPACE = new RegExp(`[${SPACES}]`, "u");

/** Words of letters, and marks. */
export const NGRAM_WORDS: RegExp = new RegExp(`[${LETTERS}]+|[^${SPACES}${LETTERS}]`, "gu");

/** Letters and marks without a space between them. */
export const NGRAM_STRETCHES: RegExp = new RegExp(`[^${SPACES}]+`, "gu");

/** The code point that n-grams read in place of one, and what it is to them. */
export function ngramCharacter(codePoint: number): { lower: number; kind: NgramCharacterKind } {
  const lower = lowerCaseOf(String.fromCodePoint(codePoint));
  const kind = LETTER.test(lower) ? "letter" : SPACE.test(lower) ? "space" : "mark";
  return { lower: lower.codePointAt(0)!, kind };
}

/** Lower case of each character by itself, whatever stands around it; all keep their places. */
export function lowerCase(text: string): string {
  const lower = withoutFinalSigma(text.toLowerCase());
  return lower.length === text.length ? lower : Array.from(text, lowerCaseOf).join("");
}

/** The one character whose lower case is longer, İ, stays as it is. */
function lowerCaseOf(character: string): string {
  const lower = withoutFinalSigma(character.toLowerCase());
  return lower.length === character.length ? lower : character;
}

/** At the end of a word Σ becomes another letter than within. */
function withoutFinalSigma(lower: string): string {
  return lower.replaceAll("ς", "σ");
}

/** FNV-1a's step. */
export function mix(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, PRIME);
}

/** FNV's low bits are weak for short input: the finaliser spreads them before the cut. */
export function bucketOf(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, FIRST);
  h ^= h >>> 13;
  h = Math.imul(h, SECOND);
  return ((h ^ (h >>> 16)) >>> 0) % BUCKETS;
}

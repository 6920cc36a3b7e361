import type { AlignedText } from "./aligned_text.ts";
import { type Json, type JsonObject, ObjectReader, show } from "./json.ts";
import { Trie } from "./models/trie.ts";

/** A token that is found in the text itself, before the model sees it. */
export interface AddedToken {
  /** Its id: that of the model's vocabulary, or the next free one. */
  readonly id: number;
  /** What is looked for. */
  readonly content: string;
  /** Only where no word character touches it; default false. */
  readonly singleWord?: boolean;
  /** Takes the white space before it along; default false. */
  readonly lstrip?: boolean;
  /** Takes the white space after it along; default false. */
  readonly rstrip?: boolean;
  /** Looked for in the normalized text, in normalized form; default false. */
  readonly normalized?: boolean;
  /** Left out by `decode` with `skipSpecialTokens`; default false. */
  readonly special?: boolean;
}

/** A stretch of text: an added token, or what lies between two. */
export interface Segment {
  readonly text: AlignedText;
  readonly token?: AddedToken;
}

const WORD_CHARACTER = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u; // \w of Rust's regex crate (UTS #18)
const WHITE_SPACE = /\p{White_Space}/u;

/** Finds a set of added tokens in text: the leftmost match first, the longest of those that start there. */
export class AddedTokenMatcher {
  readonly #tokens: readonly AddedToken[];
  readonly #trie: Trie;
  readonly #first: RegExp | undefined; // the first unit of each token

  /**
   * @param tokens The tokens to look for.
   * @param form What a token looks like in the text that will be searched.
   */
  constructor(tokens: readonly AddedToken[], form: (content: string) => string = (content) => content) {
    const numbers = new Map<string, number>(); // by content; of equal ones the last
    tokens.forEach((token, i) => {
      const content = form(token.content);
      if (content !== "") numbers.set(content, i);
    });
    this.#tokens = tokens;
    this.#trie = new Trie(numbers);
    const units = new Set(Array.from(numbers.keys(), (content) => content.charCodeAt(0)));
    if (units.size > 0) this.#first = new RegExp(`[${Array.from(units, escaped).join("")}]`, "g");
  }

  /** Cuts `source` into added tokens and the text between them; no segment is empty. */
  split(source: AlignedText): Segment[] {
    const text = source.text;
    if (text === "") return [];
    const segments: Segment[] = [];
    let done = 0;
    for (const [token, from, to] of this.#matches(source)) {
      let start = from;
      let end = to;
      if (start < done) continue; // inside the white space that the token before it took
      if (token.singleWord && touchesWord(text, start, end)) continue;
      if (token.lstrip) { while (start > done && WHITE_SPACE.test(text[start - 1])) start--; }
      if (token.rstrip) { while (end < text.length && WHITE_SPACE.test(text[end])) end++; }
      if (done < start) segments.push({ text: source.slice(done, start) });
      segments.push({ text: source.slice(start, end), token });
      done = end;
    }
    if (done < text.length) segments.push({ text: source.slice(done, text.length) });
    return segments;
  }

  *#matches({ text, budget }: AlignedText): Generator<[token: AddedToken, start: number, end: number]> {
    const first = this.#first;
    if (!first) return;
    for (let at = 0;;) {
      first.lastIndex = at;
      const start = first.exec(text)?.index;
      if (start === undefined) return;
      const node = this.#trie.longestMatch(text, start, budget);
      at = start + Math.max(1, this.#trie.depth(node));
      if (node > 0) yield [this.#tokens[this.#trie.value(node)], start, at];
    }
  }
}

/** Reads one entry of the `added_tokens` of a tokenizer.json. */
export function readAddedToken(json: Json, path: string): AddedToken {
  const fields = new ObjectReader(json, path);
  const token: AddedToken = {
    id: fields.count("id"),
    content: fields.string("content"),
    singleWord: fields.boolean("single_word", false),
    lstrip: fields.boolean("lstrip", false),
    rstrip: fields.boolean("rstrip", false),
    normalized: fields.boolean("normalized", false),
    special: fields.boolean("special", false),
  };
  fields.done();
  if (token.content === "") throw new SyntaxError(`Cannot load tokenizer: ${path}.content is ${show("")}`);
  return token;
}

/** The entry of an added token in a tokenizer.json. */
export function writeAddedToken(token: AddedToken): JsonObject {
  return {
    id: token.id,
    content: token.content,
    single_word: token.singleWord ?? false,
    lstrip: token.lstrip ?? false,
    rstrip: token.rstrip ?? false,
    normalized: token.normalized ?? false,
    special: token.special ?? false,
  };
}

function touchesWord(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return WORD_CHARACTER.test(Array.from(before).at(-1) ?? "") ||
    WORD_CHARACTER.test(Array.from(after)[0] ?? "");
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

import type { AlignedText } from "./aligned_text.ts";
import { type Json, type JsonObject, ObjectReader, show } from "./json.ts";

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
  readonly #tokens = new Map<string, AddedToken>();
  readonly #pattern: RegExp | undefined;

  /**
   * @param tokens The tokens to look for.
   * @param form What a token looks like in the text that will be searched.
   */
  constructor(tokens: readonly AddedToken[], form: (content: string) => string = (content) => content) {
    for (const token of tokens) {
      const content = form(token.content);
      if (content !== "") this.#tokens.set(content, token);
    }
    const contents = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    if (contents.length > 0) this.#pattern = new RegExp(contents.map(escape).join("|"), "g");
  }

  /** Cuts `source` into added tokens and the text between them; no segment is empty. */
  split(source: AlignedText): Segment[] {
    const text = source.text;
    if (text === "") return [];
    if (!this.#pattern) return [{ text: source }];
    const segments: Segment[] = [];
    let done = 0;
    for (const match of text.matchAll(this.#pattern)) {
      const token = this.#tokens.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
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

function escape(content: string): string {
  return content.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Deeper nesting is no label. */
const MAX_DEPTH = 8;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const WORDS: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};
const CLOSING: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };

/**
 * What a list or dictionary stands for that was written into a field by Python's `str`, by numpy or as JSON:
 * `['a', 'b']`, `['a' 'b']`, `{'a': 1.0}`. Tuples and sets become arrays.
 *
 * @returns Undefined for any other text.
 */
export function parseLiteral(text: string): unknown {
  const trimmed = text.trim();
  if (!Object.hasOwn(CLOSING, trimmed[0])) return undefined;
  try {
    return new LiteralParser(trimmed).whole();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class LiteralParser {
  #at = 0;

  constructor(readonly text: string) {}

  whole(): unknown {
    const value = this.#value(0);
    if (this.#next() !== undefined) throw new SyntaxError("Cannot read a literal: text behind its end");
    return value;
  }

  /** The next character that is no space, which is not passed. */
  #next(): string | undefined {
    while (/\s/.test(this.text[this.#at] ?? "")) this.#at++;
    return this.text[this.#at];
  }

  #value(depth: number): unknown {
    const start = this.#next();
    if (start === undefined || depth > MAX_DEPTH) {
      throw new SyntaxError("Cannot read a literal: it ends early");
    }
    if (start === '"' || start === "'") return this.#string(start);
    if (Object.hasOwn(CLOSING, start)) return this.#collection(CLOSING[start], depth);
    const word = /^[\w.+-]+/.exec(this.text.slice(this.#at, this.#at + 40))?.[0] ?? "";
    this.#at += word.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    if (word !== "" && Number.isFinite(Number(word))) return Number(word);
    throw new SyntaxError(`Cannot read a literal: "${word}" is no value`);
  }

  #collection(closing: string, depth: number): unknown {
    this.#at++;
    const items: unknown[] = [];
    const entries: [string, unknown][] = [];
    while (this.#next() !== closing) {
      const item = this.#value(depth + 1);
      if (closing === "}" && this.#next() === ":") {
        this.#at++;
        entries.push([String(item), this.#value(depth + 1)]);
      } else items.push(item);
      if (this.#next() === ",") this.#at++; // numpy writes none
    }
    this.#at++;
    if (entries.length > 0 && items.length > 0) {
      throw new SyntaxError("Cannot read a literal: a key lacks its value");
    }
    return entries.length > 0 ? Object.fromEntries(entries) : items;
  }

  #string(quote: string): string {
    let value = "";
    for (this.#at++; this.text[this.#at] !== quote; this.#at++) {
      if (this.#at >= this.text.length) throw new SyntaxError("Cannot read a literal: a string does not end");
      if (this.text[this.#at] !== "\\") {
        value += this.text[this.#at];
        continue;
      }
      const code = /^\\(?:u([\da-f]{4})|x([\da-f]{2}))/i.exec(this.text.slice(this.#at, this.#at + 6));
      this.#at += code ? code[0].length - 1 : 1;
      const escaped = this.text[this.#at];
      value += code ? String.fromCharCode(parseInt(code[1] ?? code[2], 16)) : ESCAPES[escaped] ?? escaped;
    }
    this.#at++;
    return value;
  }
}

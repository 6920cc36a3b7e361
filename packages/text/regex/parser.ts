import { CharacterSet } from "./character_set.ts";
import { readClass, readEscape } from "./character_class_parser.ts";
import { Cursor } from "./cursor.ts";
import { canBeEmpty, choice, look, type RegexNode, sequence } from "./syntax.ts";

/** So deep may groups be nested, and so long an expression be. */
const MAX_DEPTH = 50;
const MAX_LENGTH = 10_000;

/**
 * Parses a regular expression of Oniguruma's Ruby syntax.
 *
 * @throws {SyntaxError} If it does not parse or cannot be matched here; the message lacks the expression itself.
 */
export function parseRegex(source: string): RegexNode {
  if (source.length > MAX_LENGTH) {
    throw new SyntaxError(`it has ${source.length} characters, expected up to ${MAX_LENGTH}`);
  }
  const parser = new Parser(new Cursor(source));
  return parser.parse();
}

class Parser {
  readonly #cursor: Cursor;
  readonly #sets = new Map<string, CharacterSet>();
  #ignoreCase = false;
  #depth = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (!this.#cursor.done) this.#cursor.fail("an unmatched )");
    return node;
  }

  #choice(): RegexNode {
    if (++this.#depth > MAX_DEPTH) this.#cursor.fail(`more than ${MAX_DEPTH} nested groups`);
    const ignoreCase = this.#ignoreCase; // a change in a group ends with it
    const options = [this.#sequence()];
    while (this.#cursor.take("|")) options.push(this.#sequence());
    this.#ignoreCase = ignoreCase;
    this.#depth--;
    return choice(...options);
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (!this.#cursor.done && !this.#cursor.sees("|") && !this.#cursor.sees(")")) {
      const atom = this.#atom();
      if (atom) items.push(this.#quantified(atom));
    }
    return sequence(...items);
  }

  /** A character, class, condition or group; `undefined` for `(?i)`, which only switches. */
  #atom(): RegexNode | undefined {
    const cursor = this.#cursor;
    if (cursor.take("(")) return this.#group();
    if (cursor.take("[")) return this.#set(readClass(cursor));
    if (cursor.take(".")) return this.#set("^\\n");
    if (cursor.take("^")) return look(new CharacterSet("^\\n"), "behind", true);
    if (cursor.take("$")) return look(new CharacterSet("^\\n"), "ahead", true);
    if (cursor.take("\\A")) return look(new CharacterSet("\\u{0}-\\u{10ffff}"), "behind", true);
    if (cursor.take("\\z")) return look(new CharacterSet("\\u{0}-\\u{10ffff}"), "ahead", true);
    if (cursor.take("\\b")) return wordBoundary();
    if (cursor.sees("*") || cursor.sees("+") || cursor.sees("?")) cursor.fail("a quantifier of nothing");
    return this.#set(readEscape(cursor));
  }

  #set(source: string): RegexNode {
    // Oniguruma lets (?i)ß match "ss"; here a set is one character.
    const expands = (code: string) =>
      Array.from(String.fromCodePoint(parseInt(code, 16)).toUpperCase()).length > 1;
    const literals = [...source.matchAll(/\\u\{([0-9a-f]+)\}/g)].map(([, code]) => code);
    if (this.#ignoreCase && literals.some(expands)) this.#cursor.fail("a letter of two capitals in (?i)");
    const key = `${this.#ignoreCase}${source}`;
    const set = this.#sets.get(key) ?? new CharacterSet(source, this.#ignoreCase);
    this.#sets.set(key, set);
    return { kind: "set", set };
  }

  #group(): RegexNode | undefined {
    const cursor = this.#cursor;
    for (const opening of ["?=", "?!", "?<=", "?<!"]) {
      if (cursor.take(opening)) return this.#look(opening);
    }
    if (cursor.take("?i)") || cursor.take("?-i)")) {
      this.#ignoreCase = !cursor.before("-i)");
      return undefined;
    }
    const outside = this.#ignoreCase;
    if (cursor.take("?i:")) this.#ignoreCase = true;
    else if (cursor.take("?-i:")) this.#ignoreCase = false;
    else if (!cursor.take("?:") && cursor.sees("?")) cursor.fail("a kind of group that is not supported");
    const node = this.#choice();
    this.#ignoreCase = outside;
    this.#close();
    return node;
  }

  #look(opening: string): RegexNode {
    const node = this.#choice();
    this.#close();
    if (node.kind !== "set") this.#cursor.fail(`(${opening} with more than one character`);
    return look(node.set, opening.includes("<") ? "behind" : "ahead", opening.endsWith("!"));
  }

  #close(): void {
    if (!this.#cursor.take(")")) this.#cursor.fail("a group without )");
  }

  #quantified(body: RegexNode): RegexNode {
    const cursor = this.#cursor;
    const interval = cursor.interval();
    if (!interval) return body;
    const { min, max, symbol } = interval;
    if (max < min) cursor.fail(`a repetition from ${min} to ${max}`);
    if (max === Infinity && canBeEmpty(body)) { // engines differ in when such a loop ends
      cursor.fail("an endless repetition of what may be empty");
    }
    const lazy = (symbol || min !== max) && cursor.take("?");
    const possessive = symbol && !lazy && cursor.take("+");
    if (cursor.sees("*") || cursor.sees("+") || cursor.sees("?") || cursor.interval()) {
      cursor.fail("a quantifier of a quantifier");
    }
    const repeat: RegexNode = { kind: "repeat", body, min, max, lazy };
    if (!possessive) return repeat;
    if (body.kind !== "set") return cursor.fail("a possessive quantifier of more than one character");
    const noMore = look(body.set, "ahead", true);
    // Possessive: gives nothing back. For one character that is to say that no further one follows.
    if (max === 1) return choice({ kind: "set", set: body.set }, noMore);
    return sequence(repeat, noMore);
  }
}

function wordBoundary(): RegexNode {
  const word = new CharacterSet("\\p{L}\\p{M}\\p{Nd}\\p{Pc}");
  const side = (where: "ahead" | "behind", outside: boolean) => look(word, where, outside);
  return choice(
    sequence(side("behind", false), side("ahead", true)),
    sequence(side("behind", true), side("ahead", false)),
  );
}

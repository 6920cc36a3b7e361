import type { Cursor } from "./cursor.ts";

/** Sets that Oniguruma and JavaScript spell or fill differently. */
const ESCAPES: Record<string, string> = {
  s: "\\p{White_Space}",
  d: "\\p{Nd}",
  w: "\\p{L}\\p{M}\\p{Nd}\\p{Pc}",
  n: "\\n",
  r: "\\r",
  t: "\\t",
  f: "\\f",
  v: "\\v",
  a: "\\u{7}",
  e: "\\u{1b}",
};

/** Reads a character or an escape; returns what stands for it inside a class of JavaScript's `v` mode. */
export function readEscape(cursor: Cursor): string {
  const character = cursor.character();
  if (character !== "\\") return literal(character);
  const property = cursor.takeMatch(/([pP])\{(\^?)([\w &-]+)\}/y);
  if (property) return propertySet(cursor, property[3], (property[1] === "P") !== (property[2] === "^"));
  const code = cursor.takeMatch(/x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})/y);
  if (code) return codePoint(cursor, Number.parseInt(code[1] ?? code[2] ?? code[3], 16));
  const escaped = cursor.character();
  if (Object.hasOwn(ESCAPES, escaped)) return ESCAPES[escaped];
  const complement = escaped.toLowerCase();
  if ("SDW".includes(escaped)) return `[^${ESCAPES[complement]}]`;
  if (/[\p{L}\p{N}]/u.test(escaped)) cursor.fail(`\\${escaped}, which is not supported,`);
  return literal(escaped);
}

/** Reads a character class behind its `[`; returns the inside of one of JavaScript's `v` mode. */
export function readClass(cursor: Cursor): string {
  const negative = cursor.take("^");
  let inside = "";
  for (let first = true; first || !cursor.take("]"); first = false) {
    if (first && cursor.sees("]")) cursor.fail("an empty class");
    if (cursor.sees("[") || cursor.sees("&&")) cursor.fail("a class in a class, which is not supported,");
    inside += readItem(cursor);
  }
  return negative ? `^${inside}` : inside;
}

/** One member of a class: a character, a range, or a set. */
function readItem(cursor: Cursor): string {
  const from = readEscape(cursor);
  if (!cursor.takeMatch(/-(?=[^\]])/y)) return from;
  const to = readEscape(cursor);
  if (!isLiteral(from) || !isLiteral(to)) cursor.fail("a range between sets");
  return `${from}-${to}`;
}

function isLiteral(source: string): boolean {
  return !/^\\p|^\[|^\\P/.test(source);
}

function literal(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function codePoint(cursor: Cursor, value: number): string {
  if (value > 0x10ffff) cursor.fail("a character beyond U+10FFFF");
  return `\\u{${value.toString(16)}}`;
}

/** A general category, property or script; a script is spelled out in JavaScript. */
function propertySet(cursor: Cursor, name: string, negative: boolean): string {
  for (const spelling of [name, `Script=${name}`]) {
    const source = `\\${negative ? "P" : "p"}{${spelling}}`;
    try {
      new RegExp(source, "v");
      return source;
    } catch {
      continue; // not a name of this kind
    }
  }
  return cursor.fail(`the unknown property "${name}"`);
}

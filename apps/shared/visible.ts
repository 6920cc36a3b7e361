/** Control characters, what reorders the characters around it (Unicode TR 36, 3.4), and the other line ends. */
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** The same without tabs and the ends of lines, which lay out what we print. */
const UNSAFE_IN_LINES = /(?!\r?(?:\n|$)|\t)[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

const NAMES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Lines for a terminal: what could move its cursor, set its title, or hide and reorder what stands there is shown as an
 * escape, as `\x1b`.
 */
export function visible(lines: string): string {
  return lines.replace(UNSAFE_IN_LINES, escape);
}

/** A text or label for a place within a line: tabs and ends of lines are escaped too. */
export function visibleLine(text: string): string {
  return text.replace(UNSAFE, escape);
}

function escape(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return NAMES[character] ?? (code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`);
}

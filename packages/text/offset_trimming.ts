/** Start and end of a token in the original text. */
export type Offsets = readonly [start: number, end: number];

/** Says that offsets leave out the white space at the ends of a token. */
export interface OffsetTrimming {
  /** A space was put before the text; the first token's offsets never had it. */
  readonly addPrefixSpace: boolean;
}

const LEADING = /^[Ġ\p{White_Space}]*/u; // Ġ is the space of byte-level tokens
const TRAILING = /[Ġ\p{White_Space}]$/u;

/**
 * The offsets of a token without the white space at its ends, in UTF-16 units; spaces count by code points of the
 * token, as in Python `tokenizers`.
 *
 * @param span Its offsets.
 * @param text The text they lie in.
 * @param token The token.
 * @param isFirst Whether it is the first of its text or window.
 */
export function trimmedSpan(
  [start, end]: Offsets,
  text: string,
  token: string,
  isFirst: boolean,
  { addPrefixSpace }: OffsetTrimming,
): Offsets {
  let leading = LEADING.exec(token)![0].length; // all in the basic plane
  const trailing = trailingSpaces(token);
  if ((isFirst || start === 0) && addPrefixSpace && leading === 1) leading = 0;
  for (; leading > 0 && start < end; leading--) start += text.codePointAt(start)! > 0xffff ? 2 : 1;
  start = Math.min(start, end);
  const back = stepBack(text, end, trailing);
  return [start, back === undefined ? end : Math.max(back, start)];
}

function trailingSpaces(token: string): number {
  let count = 0;
  while (count < token.length && TRAILING.test(token[token.length - 1 - count])) count++;
  return count;
}

/** The place `count` code points before `end`; `undefined` if there are not so many. */
function stepBack(text: string, end: number, count: number): number | undefined {
  for (; count > 0; count--) {
    if (end === 0) return undefined;
    end -= end > 1 && text.codePointAt(end - 2)! > 0xffff ? 2 : 1;
  }
  return end;
}

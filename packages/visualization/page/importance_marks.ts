import type { ExplainedToken } from "@taxon/decision";

/** A stretch of the text, with the importance of the token that it comes from; null for what lies between tokens. */
export interface Stretch {
  readonly text: string;
  readonly token: number | null;
  /** As the method gave it, in units of the logit. */
  readonly value: number;
}

/** Cuts a text at the offsets of its tokens. */
export function stretches(
  text: string,
  sequence: 0 | 1,
  tokens: readonly ExplainedToken[],
  values: readonly number[],
): Stretch[] {
  const result: Stretch[] = [];
  let at = 0;
  const upTo = (end: number) => {
    if (end > at) result.push({ text: text.slice(at, end), token: null, value: 0 });
    at = Math.max(at, end);
  };
  for (const [token, { sequence: own, start, end }] of tokens.entries()) {
    if (own !== sequence || start === null || end === null || start < at) continue;
    upTo(start);
    result.push({ text: text.slice(start, end), token, value: values[token] });
    at = end;
  }
  upTo(text.length);
  return result;
}

import type { ExplainedToken } from "@taxon/decision";

/** What the views show as one: a token, or the pieces of a word. */
export interface Unit {
  /** Index of its first token. */
  readonly index: number;
  /** Indices of its tokens. */
  readonly tokens: readonly number[];
  readonly label: string;
  readonly special: boolean;
  /** The text it counts as, for pairs: a special token belongs to the text that it opens or closes. */
  readonly sequence: 0 | 1;
}

/** Every token as a unit of its own. */
export function tokenUnits(tokens: readonly ExplainedToken[]): Unit[] {
  const sequences = sequencesOf(tokens);
  return tokens.map(({ text, special }, i) => ({
    index: i,
    tokens: [i],
    label: text,
    special,
    sequence: sequences[i],
  }));
}

/** Word pieces that follow each other without a gap as one unit, written as in the text. */
export function wordUnits(tokens: readonly ExplainedToken[], texts: readonly string[]): Unit[] {
  const sequences = sequencesOf(tokens);
  const groups: number[][] = [];
  for (const [i, token] of tokens.entries()) {
    if (i > 0 && continuesWord(tokens[i - 1], token, texts)) groups.at(-1)!.push(i);
    else groups.push([i]);
  }
  return groups.map((group) => {
    const first = tokens[group[0]];
    const stretch = group.length > 1
      ? texts[first.sequence!].slice(first.start!, tokens[group.at(-1)!].end!)
      : first.text;
    return {
      index: group[0],
      tokens: group,
      label: stretch,
      special: first.special,
      sequence: sequences[group[0]],
    };
  });
}

function continuesWord(before: ExplainedToken, token: ExplainedToken, texts: readonly string[]): boolean {
  if (before.sequence === null || before.sequence !== token.sequence) return false;
  if (before.end !== token.start) return false;
  if (token.text.startsWith("##")) return true;
  const text = texts[token.sequence];
  return /[\p{L}\p{N}\p{M}]$/u.test(text.slice(before.start!, before.end!)) &&
    /^[\p{L}\p{N}\p{M}]/u.test(text.slice(token.start!, token.end!));
}

/** As the type ids of BERT have it: [CLS] and the first [SEP] go with the first text, the last [SEP] with the second. */
function sequencesOf(tokens: readonly ExplainedToken[]): (0 | 1)[] {
  let current: 0 | 1 = 0;
  return tokens.map(({ sequence }) => current = sequence ?? current);
}

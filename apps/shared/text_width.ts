const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

// The blocks that UAX 11 gives as wide, and what is drawn as an emoji
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]/u;

/** The characters that a reader sees, with the columns that each takes in a terminal. */
export function cellsOf(text: string): { text: string; width: number }[] {
  return Array.from(graphemes.segment(text), ({ segment }) => {
    return { text: segment, width: WIDE.test(segment) ? 2 : INVISIBLE.test(segment) ? 0 : 1 };
  });
}

/** Columns that a line takes in a terminal. */
export function textWidth(line: string): number {
  if (/^[ -~]*$/.test(line)) return line.length;
  return cellsOf(line).reduce((sum, { width }) => sum + width, 0);
}

/** The line in at most so many columns, with … for its end. */
export function cutEnd(line: string, columns: number): string {
  return textWidth(line) <= columns ? line : `${head(line, columns - 1)}…`;
}

/** The text in at most so many columns, with … for its middle: names and paths differ at both ends. */
export function cutMiddle(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const end = Math.floor((columns - 1) / 2);
  const backwards = cellsOf(text).toReversed().map(({ text }) => text);
  let kept = "";
  for (const cell of backwards) {
    if (textWidth(cell + kept) > end) break;
    kept = cell + kept;
  }
  return `${head(text, columns - 1 - end)}…${kept}`;
}

/** The text in exactly so many columns, if it is not wider: blanks behind it, or before it. */
export function pad(text: string, columns: number, side: "left" | "right"): string {
  const blanks = " ".repeat(Math.max(0, columns - textWidth(text)));
  return side === "left" ? blanks + text : text + blanks;
}

function head(text: string, columns: number): string {
  let [kept, used] = ["", 0];
  for (const cell of cellsOf(text)) {
    if ((used += cell.width) > columns) break;
    kept += cell.text;
  }
  return kept;
}

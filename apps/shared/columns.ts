import { cutMiddle, pad, textWidth } from "./text_width.ts";

/** The least that a name is cut to. */
const SHORTEST = 8;

/**
 * Rows of cells as text: the first column to the left, the others to the right. Where that is wider than `columns`, names
 * get … for their middle, the longest first: those in the first row and in the first column; figures are never cut.
 */
export function alignColumns(rows: readonly (readonly string[])[], columns = Infinity): string {
  const widest = (among: readonly (readonly string[])[], column: number) =>
    Math.max(0, ...among.map((row) => textWidth(row[column])));
  const widths = rows[0].map((_, column) => widest(rows, column));
  const least = widths.map((width, column) =>
    Math.min(width, Math.max(SHORTEST, column === 0 ? 0 : widest(rows.slice(1), column)))
  );
  const excess = () => widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  while (excess() > 0) {
    const spare = widths.map((width, column) => width > least[column] ? width : 0);
    const longest = spare.indexOf(Math.max(...spare));
    if (spare[longest] === 0) break; // nothing but figures is left
    widths[longest]--;
  }
  return rows.map((row) =>
    row.map((cell, column) => {
      const cut = cutMiddle(cell, widths[column]);
      return column === 0 ? pad(cut, widths[0], "right") : pad(cut, widths[column] + 2, "left");
    }).join("")
  ).join("\n");
}

import { type Drawing, rounded, shown, TITLE_HEIGHT, widthOf } from "./drawing.ts";
import { textAt } from "./text.ts";

/** A matrix as coloured cells: blue above 0, orange below, the stronger the further from it. */
export interface HeatMap {
  /** Above the cells. */
  title: string;
  /** [rows][columns] */
  values: readonly ArrayLike<number>[];
  /** Names beside the rows, from top to bottom. */
  rows: readonly string[];
  /** May be empty. */
  columns: readonly string[];
  /** Side of a cell in pixels; default 32. */
  cell?: number;
  /** The value of the fullest colour; default the largest absolute value. */
  top?: number;
  /** Digits of the number in each cell; without it cells are empty. */
  digits?: number;
}

const SLANTED = 3; // column labels of more letters than this are turned

/** Draws a matrix, row labels on the left, column labels above. */
export function heatMap({ title, values, rows, columns, cell = 32, top, digits }: HeatMap): Drawing {
  const strongest = top ?? Math.max(...values.flatMap((row) => Array.from(row, Math.abs)));
  const left = Math.max(0, ...rows.map(widthOf)) + 6;
  const longest = Math.max(0, ...columns.map((label) => label.length));
  const slanted = longest > SLANTED;
  const above = TITLE_HEIGHT + (slanted ? 8 + 0.75 * widthOf("x".repeat(longest)) : longest > 0 ? 18 : 0);
  const marks = [textAt(title, { x: left, y: TITLE_HEIGHT / 2, className: "title" })];
  columns.forEach((label, column) => {
    const x = left + (column + 0.5) * cell;
    marks.push(
      slanted
        ? textAt(label, { x: x - 4, y: above - 7, rotate: -45 })
        : textAt(label, { x, y: above - 9, anchor: "middle" }),
    );
  });
  values.forEach((row, r) => {
    const y = above + r * cell;
    if (rows[r]) marks.push(textAt(rows[r], { x: left - 6, y: y + cell / 2, anchor: "end" }));
    Array.from(row, (value, column) => {
      const x = left + column * cell;
      const size = `x="${rounded(x)}" y="${rounded(y)}" width="${cell - 1}" height="${cell - 1}"`;
      const strength = rounded(0.85 * Math.min(1, Math.abs(value) / (strongest || 1)));
      marks.push(`<rect class="${value < 0 ? "minus" : "plus"}" ${size} fill-opacity="${strength}"/>`);
      if (digits !== undefined) {
        const place = { x: x + cell / 2, y: y + cell / 2, anchor: "middle" } as const;
        marks.push(textAt(shown(value, digits), place));
      }
    });
  });
  const slant = slanted ? 0.75 * widthOf(columns.at(-1)!) - cell / 2 : 0;
  const right = left + values[0].length * cell + Math.max(0, slant);
  const width = Math.max(right, left + widthOf(title));
  return { svg: marks.join("\n"), width, height: above + values.length * cell };
}

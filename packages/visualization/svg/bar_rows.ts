import { type Drawing, rounded, shown, TITLE_HEIGHT, widthOf } from "./drawing.ts";
import { textAt } from "./text.ts";

/** Named numbers as horizontal bars; those below 0 go to the left. */
export interface BarRows {
  /** Above the bars. */
  title: string;
  /** From top to bottom. */
  rows: readonly { label: string; value: number }[];
  /** Value of a full bar; default the largest absolute one. */
  top?: number;
  /** Digits of the number at each bar; default 2. */
  digits?: number;
  /** Of the bars and their labels, in pixels; default 290. */
  width?: number;
}

const ROW = 24;

/** Draws one row a number, its label on the left and its value at the end of the bar. */
export function barRows({ title, rows, top, digits = 2, width = 290 }: BarRows): Drawing {
  const longest = top ?? Math.max(...rows.map(({ value }) => Math.abs(value)));
  const left = Math.max(...rows.map(({ label }) => widthOf(label))) + 8;
  const room = width - left - 48; // the number needs the rest
  const signed = rows.some(({ value }) => value < 0);
  const zero = signed ? left + 48 + (room - 48) / 2 : left;
  const unit = (signed ? (room - 48) / 2 : room) / (longest || 1);
  const marks = [textAt(title, { x: 0, y: TITLE_HEIGHT / 2, className: "title" })];
  rows.forEach(({ label, value }, i) => {
    const y = TITLE_HEIGHT + 4 + i * ROW;
    const length = Math.abs(value) * unit;
    const x = value < 0 ? zero - length : zero;
    const size = `x="${rounded(x)}" y="${y + 3}" width="${rounded(length)}" height="${ROW - 8}"`;
    marks.push(textAt(label, { x: left - 8, y: y + ROW / 2 - 1, anchor: "end" }));
    marks.push(`<rect class="${value < 0 ? "minus" : "plus"}" ${size} fill-opacity="0.75"/>`);
    const end = value < 0
      ? { x: x - 5, anchor: "end" as const }
      : { x: x + length + 5, anchor: "start" as const };
    marks.push(textAt(shown(value, digits), { ...end, y: y + ROW / 2 - 1 }));
  });
  return { svg: marks.join("\n"), width, height: TITLE_HEIGHT + 4 + rows.length * ROW };
}

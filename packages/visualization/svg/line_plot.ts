import { linearScale } from "../report/scale.ts";
import { type Drawing, rounded, TITLE_HEIGHT, widthOf } from "./drawing.ts";
import { textAt } from "./text.ts";

/** Curves over a common axis. */
export interface LinePlot {
  /** Above the axes. */
  title: string;
  /** Name of the horizontal axis. */
  x: string;
  /** Up to four; the place in `values` is the number on the horizontal axis. */
  lines: readonly { name: string; values: ArrayLike<number> }[];
  /** Of the whole plot, in pixels; default 600. */
  width?: number;
  /** Of the whole plot, in pixels; default 220. */
  height?: number;
}

/** Draws curves with both axes, each named at the right in the height of its end. */
export function linePlot({ title, x, lines, width = 600, height = 220 }: LinePlot): Drawing {
  const all = lines.flatMap(({ values }) => Array.from(values));
  const count = Math.max(...lines.map(({ values }) => values.length));
  const across = linearScale([0, count - 1], { steps: 8, exact: true });
  const up = linearScale(all);
  const [left, right] = [44, width - Math.max(...lines.map(({ name }) => widthOf(name))) - 28];
  const [top, bottom] = [TITLE_HEIGHT + 8, height - 40];
  const xOf = (value: number) => rounded(left + across.place(value) * (right - left));
  const yOf = (value: number) => rounded(bottom - up.place(value) * (bottom - top));
  const marks = [textAt(title, { x: 0, y: TITLE_HEIGHT / 2, className: "title" })];
  for (const { at, label } of up.ticks) {
    const y = bottom - at * (bottom - top);
    marks.push(`<line class="grid" x1="${left}" x2="${right}" y1="${rounded(y)}" y2="${rounded(y)}"/>`);
    marks.push(textAt(label, { x: left - 8, y, anchor: "end", className: "quiet" }));
  }
  for (const { at, label } of across.ticks) {
    const place = { x: left + at * (right - left), y: bottom + 14 };
    marks.push(textAt(label, { ...place, anchor: "middle", className: "quiet" }));
  }
  marks.push(textAt(x, { x: right, y: bottom + 32, anchor: "end", className: "quiet" }));
  lines.forEach(({ name, values }, i) => {
    const points = Array.from(values, (value, at) => `${xOf(at)},${yOf(value)}`).join(" ");
    marks.push(`<polyline class="line${i}" points="${points}"/>`);
    const y = top + 10 + 20 * i; // a key beside the plot, since ends may coincide
    marks.push(`<line class="line${i}" x1="${right + 6}" x2="${right + 22}" y1="${y}" y2="${y}"/>`);
    marks.push(textAt(name, { x: right + 27, y }));
  });
  return { svg: marks.join("\n"), width, height };
}

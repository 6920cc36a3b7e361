import { svg } from "./dom.ts";
import { headStyle, type Theme } from "./theme.ts";

/** A short piece of the line that a head is drawn with. */
export function headSwatch(theme: Theme, head: number): SVGSVGElement {
  const { stroke, dash } = headStyle(theme, head);
  const swatch = svg("svg", { width: 16, height: 10, "aria-hidden": "true", class: "swatch" });
  const line = { x1: 0, y1: 5, x2: 16, y2: 5, stroke, "stroke-width": 4 };
  swatch.append(svg("line", dash ? { ...line, "stroke-dasharray": dash } : line));
  return swatch;
}

import { type Drawing, rounded } from "./drawing.ts";
import { escapeText } from "./text.ts";

/** A figure of one or more drawings. */
export interface Figure {
  /** What it shows, in a few words. */
  title: string;
  /** What there is to see, for those who do not see it. */
  description: string;
  /** Side by side, and in rows where they do not fit. */
  drawings: readonly Drawing[];
}

const [WIDTH, MARGIN, GAP] = [640, 16, 28];

/** Colours for light and dark surroundings; blue and orange stay apart for colour-blind readers. */
const STYLE = `
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1b1f24; }
.title { font-weight: 600; }
.quiet { fill: #5a636e; }
.page { fill: #ffffff; stroke: #d8dce1; }
.grid { stroke: #d8dce1; }
.plus { fill: #4a9be0; }
.minus { fill: #f08c4a; }
polyline { fill: none; stroke-linejoin: round; }
.line0, .line1, .line2, .line3 { stroke-width: 2; }
.line0 { stroke: #0a6ab6; }
.line1 { stroke: #c2410c; stroke-dasharray: 7 3; }
.line2 { stroke: #0f7b5f; stroke-dasharray: 2 3; }
.line3 { stroke: #7c4dbd; stroke-dasharray: 9 3 2 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8eaed; }
  .quiet { fill: #a3abb5; }
  .page { fill: #14171a; stroke: #363c43; }
  .grid { stroke: #363c43; }
  .plus { fill: #2f7fc4; }
  .minus { fill: #ad5318; }
  .line0 { stroke: #6cb6f5; }
  .line1 { stroke: #f9a26c; }
  .line2 { stroke: #5fd0ae; }
  .line3 { stroke: #c4a5f0; }
}
`;

/**
 * Drawings side by side in an SVG file 640 pixels wide, in new rows where they do not fit. It brings its own
 * background, so that it can be read on any page.
 */
export function figure({ title, description, drawings }: Figure): string {
  let [x, y, rowHeight] = [MARGIN, MARGIN, 0];
  const placed = drawings.map(({ svg, width, height }) => {
    if (x > MARGIN && x + width > WIDTH - MARGIN) {
      [x, y, rowHeight] = [MARGIN, y + rowHeight + GAP, 0];
    }
    const group = `<g transform="translate(${rounded(x)} ${rounded(y)})">\n${svg}\n</g>`;
    x += width + GAP;
    rowHeight = Math.max(rowHeight, height);
    return group;
  });
  const height = rounded(Math.ceil(y + rowHeight + MARGIN));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
    `role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeText(title)}</title>`,
    `<desc id="description">${escapeText(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${Number(height) - 1}" rx="8"/>`,
    ...placed,
    "</svg>",
    "",
  ].join("\n");
}

import { rounded } from "./drawing.ts";

/** Where a text stands and how it looks. */
export interface TextStyle {
  x: number;
  y: number;
  /** Default "start". */
  anchor?: "start" | "middle" | "end";
  className?: "quiet" | "title";
  /** In degrees around x, y. */
  rotate?: number;
}

/** One line of text; y is its middle. */
export function textAt(text: string, { x, y, anchor = "start", className, rotate }: TextStyle): string {
  const look = className ? ` class="${className}"` : "";
  const turned = rotate === undefined ? "" : ` transform="rotate(${rotate} ${rounded(x)} ${rounded(y)})"`;
  const place = `x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}" dominant-baseline="central"`;
  return `<text ${place}${look}${turned}>${escapeText(text)}</text>`;
}

/** Text as the content of an XML element. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

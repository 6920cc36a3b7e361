import { type Content, type Markup, markup } from "./markup.ts";

/** A column: its head, and whether it holds texts, which stand to the left, or figures. */
export interface Column {
  head: Content;
  kind: "text" | "figure";
}

/** Tables with more rows scroll within their box, so that the page does not become endless. */
const TALL = 20;

/** A table that scrolls in a box of its own where the page is too narrow; the first cell of each row is its head. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Markup {
  const body = rows.map((cells) =>
    markup`<tr>${
      cells.map((cell, i) =>
        i === 0
          ? markup`<th scope="row" class="${columns[i].kind}">${cell}</th>`
          : markup`<td class="${columns[i].kind}">${cell}</td>`
      )
    }</tr>\n`
  );
  return scrollBox(
    caption,
    rows.length,
    markup`<table><caption><span>${caption}</span></caption><thead><tr>${
      columns.map(({ head, kind }) => markup`<th scope="col" class="${kind}">${head}</th>`)
    }</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** A box that scrolls by itself, with the keyboard too; downwards as well if it holds many rows. */
export function scrollBox(name: string, rows: number, content: Content): Markup {
  return markup`<div class="${
    rows > TALL ? "scroll tall" : "scroll"
  }" role="region" aria-label="${name}" tabindex="0">${content}</div>`;
}

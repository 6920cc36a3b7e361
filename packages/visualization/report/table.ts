import { type Content, type Markup, markup } from "./markup.ts";

/** A column: its head, and whether it holds texts, which stand to the left, or figures. */
export interface Column {
  head: Content;
  kind: "text" | "figure";
}

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
    markup`<table><caption>${caption}</caption><thead><tr>${
      columns.map(({ head, kind }) => markup`<th scope="col" class="${kind}">${head}</th>`)
    }</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** A box that scrolls by itself, with the keyboard too. */
export function scrollBox(name: string, content: Content): Markup {
  return markup`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>`;
}

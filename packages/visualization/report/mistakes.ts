import type { Mistake } from "./data.ts";
import { type Markup, markup } from "./markup.ts";

const SHOWN_CHARACTERS = 400;

/** The texts on which the model was most wrong. */
export function mistakeList(mistakes: readonly Mistake[]): Markup {
  if (mistakes.length === 0) return markup`<p>None: every answer is right.</p>`;
  return markup`<ol class="mistakes">${
    mistakes.map(({ text, textPair, place, predicted, truth, weight }) =>
      markup`<li><blockquote><p dir="auto">${cut(text)}</p>${
        textPair === undefined ? undefined : markup`<p dir="auto">${cut(textPair)}</p>`
      }</blockquote>
<dl><div><dt>predicted</dt><dd class="predicted" style="--share:${
        Math.round(100 * weight)
      }%">${predicted}</dd></div>
<div><dt>truth</dt><dd>${truth}</dd></div><div><dt>from</dt><dd>${place}</dd></div></dl></li>\n`
    )
  }</ol>`;
}

/** The start of a long text; whole characters, not halves of surrogate pairs. */
function cut(text: string): string {
  const characters = [...text];
  return characters.length <= SHOWN_CHARACTERS ? text : characters.slice(0, SHOWN_CHARACTERS).join("") + " …";
}

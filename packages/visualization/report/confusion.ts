import type { ConfusionMatrix } from "./data.ts";
import { type Markup, markup } from "./markup.ts";
import { count, percent } from "./number.ts";
import { scrollBox, table } from "./table.ts";

/** A larger matrix shows only the labels with the most errors. */
const SHOWN_LABELS = 40;
const SHOWN_CONFUSIONS = 10;

/** The confusion matrix as a coloured table, and its largest errors in words. */
export function confusionSection(matrix: ConfusionMatrix): Markup {
  const { labels, counts } = matrix;
  const shown = labelsWithMostErrors(matrix);
  const caption =
    `Rows are the truth, columns the prediction. The stronger the colour of a cell, the larger its share of the row` +
    (shown.length < labels.length
      ? `. The ${shown.length} of ${labels.length} labels with the most errors`
      : "");
  const rows = shown.map((truth) => {
    const total = counts[truth].reduce((a, b) => a + b, 0);
    return markup`<tr><th scope="row" title="${labels[truth]}">${labels[truth]}</th>${
      shown.map((predicted) => cell(counts[truth][predicted], total, truth === predicted))
    }</tr>\n`;
  });
  return markup`<div class="beside">${
    scrollBox(
      "Counts of each truth and prediction",
      shown.length,
      markup`<table class="confusion"><caption><span>${caption}.</span></caption><thead><tr><td></td>${
        shown.map((id) => markup`<th scope="col" title="${labels[id]}"><span>${labels[id]}</span></th>`)
      }</tr></thead><tbody>${rows}</tbody></table>`,
    )
  }<div>${largestConfusions(matrix)}</div></div>`;
}

function cell(value: number, total: number, right: boolean): Markup {
  if (value === 0) return markup`<td${right ? markup` class="right"` : undefined}>0</td>`;
  const share = Math.round(100 * Math.sqrt(value / total)); // the root keeps small shares visible
  return markup`<td class="${right ? "right" : "wrong"}" style="--share:${share}%">${count(value)}</td>`;
}

function labelsWithMostErrors({ labels, counts }: ConfusionMatrix): number[] {
  const ids = labels.map((_, id) => id);
  if (ids.length <= SHOWN_LABELS) return ids;
  const errors = ids.map((id) =>
    ids.reduce((sum, other) => other === id ? sum : sum + counts[id][other] + counts[other][id], 0)
  );
  return ids.toSorted((a, b) => errors[b] - errors[a]).slice(0, SHOWN_LABELS).sort((a, b) => a - b);
}

function largestConfusions({ labels, counts }: ConfusionMatrix): Markup {
  const confusions = counts.flatMap((row, truth) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.flatMap((value, predicted) =>
      value > 0 && truth !== predicted ? [{ truth, predicted, value, share: value / total }] : []
    );
  }).sort((a, b) => b.value - a.value || b.share - a.share);
  if (confusions.length === 0) return markup`<p>No text was taken for another label.</p>`;
  return table(
    "The most frequent confusions",
    [
      { head: "truth", kind: "text" },
      { head: "taken for", kind: "text" },
      { head: "texts", kind: "figure" },
      { head: "of the label", kind: "figure" },
    ],
    confusions.slice(0, SHOWN_CONFUSIONS).map(({ truth, predicted, value, share }) => [
      labels[truth],
      labels[predicted],
      count(value),
      percent(share),
    ]),
  );
}

import type { Explanation } from "@taxon/decision";
import { h } from "./dom.ts";
import { headSwatch } from "./head_swatch.ts";
import type { Theme } from "./theme.ts";

const percent = (share: number) => String(Math.round(100 * share));

/** A table of what heads do: one row a head of the layers given. */
export function headTable(
  { statistics, headEffects, predicted }: Explanation,
  layers: readonly number[],
  heads: number,
  theme: Theme,
  testId?: string,
): HTMLTableElement {
  const columns = ["Entropy", "Special", "Prev", "Next", "Self", ...(headEffects ? ["Off"] : [])];
  const rows = layers.flatMap((layer) =>
    Array.from({ length: heads }, (_, head) =>
      h(
        "tr",
        {},
        layers.length > 1 && h("td", {}, String(layer)),
        h("th", { scope: "row" }, headSwatch(theme, head), String(head)),
        h("td", { class: "figure" }, statistics.entropy[layer][head].toFixed(2)),
        ...[statistics.special, statistics.previous, statistics.next, statistics.self]
          .map((figures) => h("td", { class: "figure" }, percent(figures[layer][head]))),
        headEffects && h("td", { class: "figure" }, signed(headEffects[layer][head])),
      ))
  );
  const caption =
    "Entropy in nats; percent of the attention to special tokens, the previous and the next token, and the " +
    "token itself" + (headEffects ? `; change of the score of ${predicted} with the head switched off` : "");
  return h(
    "table",
    { "data-testid": testId },
    h("caption", {}, h("span", {}, caption)),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        layers.length > 1 && h("th", { scope: "col" }, "Layer"),
        h("th", { scope: "col" }, "Head"),
        ...columns.map((name) => h("th", { scope: "col", class: "figure" }, name)),
      ),
    ),
    h("tbody", {}, ...rows),
  );
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

import { h } from "./dom.ts";
import { selectEdges } from "./edges.ts";
import type { ShownMap } from "./shown_maps.ts";
import { formatWeight } from "./token_labels.ts";

const MOST_ROWS = 100;

/** The strongest weights that the view shows, as figures; those of the pinned token if there is one. */
export function attentionTable(
  maps: readonly ShownMap[],
  filter: { threshold: number; topK: number; pinned: number | null },
  combination: string,
): HTMLTableElement {
  const pairs = maps.flatMap(({ head, rows, columns, ...map }) =>
    selectEdges({ rows, columns, ...map }, filter).map(({ row, column, weight }) => ({
      head: head === null ? combination : String(head),
      query: rows[row],
      key: columns[column],
      weight,
    }))
  ).filter(({ query, key }) =>
    filter.pinned === null || query.index === filter.pinned || key.index === filter.pinned
  ).sort((a, b) => b.weight - a.weight);
  const shown = pairs.slice(0, MOST_ROWS);
  const cell = (unit: { index: number; label: string }) =>
    h("td", {}, unit.label, " ", h("span", { class: "index" }, String(unit.index)));
  const caption = pairs.length > shown.length
    ? `The ${shown.length} largest of ${pairs.length.toLocaleString("en")} weights; the CSV file has all`
    : `${shown.length} weights, largest first`;
  return h(
    "table",
    { "data-testid": "attention-table" },
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h("tr", {}, ...["From", "To", "Head", "Weight"].map((name) => h("th", { scope: "col" }, name))),
    ),
    h(
      "tbody",
      {},
      ...shown.map(({ head, query, key, weight }) =>
        h("tr", {}, cell(query), cell(key), h("td", {}, head), h("td", {}, formatWeight(weight)))
      ),
    ),
  );
}

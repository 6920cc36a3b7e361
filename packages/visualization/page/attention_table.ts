import { h } from "./dom.ts";
import { selectEdges } from "./edges.ts";
import type { UnitMap } from "./select_units.ts";
import type { ShownMap } from "./shown_maps.ts";
import { formatWeight } from "./token_labels.ts";

const MOST_ROWS = 100;

/** The strongest weights that the view shows, as figures; those of the pinned token if there is one. */
export function attentionTable(
  maps: readonly ShownMap[],
  filter: { threshold: number; topK: number; pinned: number | null },
  combination: string,
): HTMLTableElement {
  let total = 0;
  const pairs = maps.flatMap((map) =>
    pairsOf(map, filter.pinned).flatMap(({ rows, columns, weights }) => {
      const { edges, omitted } = selectEdges({ rows, columns, weights }, filter, MOST_ROWS);
      total += edges.length + omitted;
      return edges.map(({ row, column, weight }) => ({
        head: map.head === null ? combination : String(map.head),
        query: rows[row],
        key: columns[column],
        weight,
      }));
    })
  ).sort((a, b) => b.weight - a.weight);
  const shown = pairs.slice(0, MOST_ROWS);
  const cell = (unit: { index: number; label: string }) =>
    h("td", {}, unit.label, " ", h("span", { class: "index" }, String(unit.index)));
  const caption = total > shown.length
    ? `The ${shown.length} largest of ${total.toLocaleString("en")} weights; the CSV file has all`
    : `${shown.length} weights, largest first`;
  return h(
    "table",
    { "data-testid": "attention-table" },
    h("caption", {}, h("span", {}, caption)),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["From", "To", "Head"].map((name) => h("th", { scope: "col" }, name)),
        h("th", { scope: "col", class: "figure" }, "Weight"),
      ),
    ),
    h(
      "tbody",
      {},
      ...shown.map(({ head, query, key, weight }) =>
        h(
          "tr",
          {},
          cell(query),
          cell(key),
          h("td", {}, head),
          h("td", { class: "figure" }, formatWeight(weight)),
        )
      ),
    ),
  );
}

/** The map, or the row and the column of the pinned token. */
function pairsOf(map: UnitMap, pinned: number | null): UnitMap[] {
  if (pinned === null) return [map];
  const { rows, columns, weights } = map;
  const row = rows.findIndex(({ index }) => index === pinned);
  const column = columns.findIndex(({ index }) => index === pinned);
  const others = rows.filter((_, r) => r !== row); // its own row has that weight already
  return [
    {
      rows: row < 0 ? [] : [rows[row]],
      columns,
      weights: weights.slice(row * columns.length, (row + 1) * columns.length),
    },
    {
      rows: column < 0 ? [] : others,
      columns: [columns[column]],
      weights: Float32Array.from(others, (unit) => weights[rows.indexOf(unit) * columns.length + column]),
    },
  ];
}

import type { ShownMap } from "./shown_maps.ts";

/** Rows as CSV by RFC 4180. */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const field = (value: string | number) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Every weight of the maps, one a row; `mean` and the like stand in the column of the head. */
export function attentionCsv(maps: readonly ShownMap[], layer: number, combination: string): string {
  const rows: (string | number)[][] = [[
    "layer",
    "head",
    "query_index",
    "query",
    "key_index",
    "key",
    "weight",
  ]];
  for (const { head, rows: queries, columns: keys, weights } of maps) {
    for (const [r, query] of queries.entries()) {
      for (const [c, key] of keys.entries()) {
        const weight = Number(weights[r * keys.length + c].toPrecision(5));
        rows.push([layer, head ?? combination, query.index, query.label, key.index, key.label, weight]);
      }
    }
  }
  return toCsv(rows);
}

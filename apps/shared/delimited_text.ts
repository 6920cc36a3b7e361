/** How a table is written. */
export interface DelimitedTextOptions {
  /** Default `,`. */
  separator?: string;
  /** Default `\n`, which pipes expect. */
  lineEnd?: string;
  /** Whether to keep spreadsheets from reading a text as a formula; default false. */
  safeForSpreadsheets?: boolean;
}

/** What a cell may hold; undefined and null are an empty cell. */
export type Cell = string | number | boolean | null | undefined;

/**
 * Rows as delimited text, quoted as RFC 4180 says: what reads it finds the same rows and cells.
 *
 * @std/csv does not quote a cell for a carriage return alone, at which Python's `csv` and others end the row.
 */
export function delimitedText(
  rows: readonly (readonly Cell[])[],
  { separator = ",", lineEnd = "\n", safeForSpreadsheets = false }: DelimitedTextOptions = {},
): string {
  const quote = (cell: Cell) => {
    const text = safeForSpreadsheets && typeof cell === "string" ? withoutFormula(cell) : String(cell ?? "");
    return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  // An empty line is no row to most readers: a row of one empty cell needs its quotes
  const line = (row: readonly Cell[]) => row.map(quote).join(separator) || '""';
  return rows.map((row) => line(row) + lineEnd).join("");
}

/** Spreadsheets compute a cell that begins so; an apostrophe before it marks a text (OWASP, "CSV Injection"). */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

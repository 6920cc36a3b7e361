import { flattenTasks } from "./annotations.ts";
import { requireColumns } from "./columns.ts";
import { decodeText } from "./decode.ts";
import { delimitedTable } from "./delimited.ts";
import { jsonRecords } from "./json_records.ts";
import { splitLines } from "./records.ts";
import type { DataFormat, Table, TableOptions, TableRecord } from "./table_record.ts";

/**
 * Rows of a CSV, TSV, JSON Lines or JSON file, or of plain lines. No row is dropped.
 *
 * @example
 * ```ts
 * import { readTable, valueOf } from "@taxon/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { columns, separator, records } = readTable("id;text\n7;late again\n", {
 *   file: "mails.csv",
 *   wanted: [{ column: "text", option: "textColumn" }],
 * });
 * assertEquals([columns, separator], [["id", "text"], ";"]);
 * assertEquals(records.map((record) => [record.row, valueOf(record, "text")]), [[2, "late again"]]);
 * ```
 *
 * @param content The whole file; a string is taken as decoded.
 * @throws {SyntaxError} For a malformed row, as `train.csv:17: …`, or bytes that do not fit the encoding.
 * @throws {RangeError} If a column does not exist, or format, encoding or separator are unknown.
 */
export function readTable(content: Uint8Array | string, options: TableOptions): Table {
  const { file, format = formatOf(file), wanted = [], sparse = false } = options;
  const text = typeof content === "string" ? content : decodeText(content, options);
  switch (format) {
    case "csv":
    case "tsv":
      return delimitedTable(text, { ...options, format });
    case "json":
    case "jsonl": {
      const records = flattenTasks(jsonRecords(text, file, options.exactNumbers));
      const everywhere = wanted.filter(({ column }) =>
        !sparse || !records.some(({ names }) => names.includes(String(column)))
      );
      for (const { row, names } of records) requireColumns(names, everywhere, { file, row, keys: true });
      return { file, format, records };
    }
    case "lines": {
      const names = ["text"];
      const records = splitLines(text).map((line, i) => ({ row: i + 1, names, values: [line] }));
      return { file, format, columns: names, records };
    }
  }
}

/** What a row holds in a column; undefined where it has none of that name. */
export function valueOf({ names, values }: TableRecord, column: string | number): unknown {
  return values[names.indexOf(String(column))];
}

/**
 * The format that a file name ends in.
 *
 * @throws {RangeError} If the ending is none of .csv, .tsv, .jsonl, .ndjson and .json.
 */
export function formatOf(file: string): DataFormat {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1].toLowerCase();
  if (ending === "csv" || ending === "tsv" || ending === "jsonl" || ending === "json") return ending;
  if (ending === "ndjson") return "jsonl";
  throw new RangeError(
    `Cannot tell the format of ${file}: its name must end in .csv, .tsv, .jsonl, .ndjson or .json`,
  );
}

import { readLabel } from "./label_value.ts";
import { type Column, requireColumns } from "./columns.ts";
import type { LabelledRow } from "./example.ts";
import { kindOf } from "./json_records.ts";
import { type DataFormat, readTable, type TableOptions, type TableRecord, valueOf } from "./table.ts";

/** How to read the labelled rows of a data file; `header`, `quoting` and `separator` say nothing about JSON. */
export interface ParseOptions extends Omit<TableOptions, "wanted" | "format"> {
  format?: DataFormat;
  /** Default `text`. */
  textColumn?: Column;
  /** Default `text_pair` where the file has such a column, otherwise none. */
  pairColumn?: Column;
  /** Default `label`. */
  labelColumn?: Column;
  /** Cuts a label field into several labels. */
  labelSeparator?: string;
}

/** A text to classify, without a label. */
export interface TextInput {
  text: string;
  textPair?: string;
  /** Line of the file, from 1. */
  row: number;
}

/**
 * Labelled rows of a file that {@linkcode readTable} reads. No row is dropped.
 *
 * @example
 * ```ts
 * import { parseRows } from "@taxon/text";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = parseRows('text,label\n"Late, again",delivery\n', { file: "train.csv" });
 * assertEquals(rows, [{ text: "Late, again", label: "delivery", row: 2, file: "train.csv" }]);
 * ```
 *
 * @throws {SyntaxError} For a malformed row, as `train.csv:17: …`.
 * @throws {RangeError} If a column does not exist or the format is unknown.
 */
export function parseRows(content: Uint8Array | string, options: ParseOptions): LabelledRow[] {
  const { textColumn = "text", pairColumn, labelColumn = "label", labelSeparator } = options;
  const { file, records } = readTable(content, {
    ...options,
    wanted: [
      { column: textColumn, option: "textColumn" },
      ...(pairColumn === undefined ? [] : [{ column: pairColumn, option: "pairColumn" }]),
      { column: labelColumn, option: "labelColumn" },
    ],
  });
  return records.map((record) => ({
    ...textsOf(record, { file, textColumn, pairColumn }),
    label: readLabel(valueOf(record, labelColumn), { file, row: record.row, labelSeparator }),
    row: record.row,
    file,
  }));
}

/**
 * Texts to classify, of a file that {@linkcode readTable} reads; answers line up with its rows.
 *
 * @throws {SyntaxError} Naming file and line, for a malformed row.
 */
export function parseTexts(
  content: Uint8Array | string,
  options: TableOptions & Pick<ParseOptions, "textColumn" | "pairColumn">,
): TextInput[] {
  const { format, pairColumn } = options;
  const textColumn = format === "lines" ? "text" : options.textColumn ?? "text";
  const { file, records } = readTable(content, {
    ...options,
    wanted: [
      { column: textColumn, option: "textColumn" },
      ...(pairColumn === undefined ? [] : [{ column: pairColumn, option: "pairColumn" }]),
    ],
  });
  return records.map((record) => ({ ...textsOf(record, { file, textColumn, pairColumn }), row: record.row }));
}

/**
 * Text and, if there is one, second text of a row.
 *
 * @param columns `pairColumn` is by default `text_pair`, where the row holds it.
 * @throws {SyntaxError} Naming file and line, if one is no string.
 */
export function textsOf(
  record: TableRecord,
  { file, textColumn, pairColumn }: { file: string; textColumn: Column; pairColumn?: Column },
): { text: string; textPair?: string } {
  const read = (column: Column) => {
    const value = valueOf(record, column);
    if (typeof value === "string") return value;
    throw new SyntaxError(`${file}:${record.row}: "${column}" must be a string, got ${kindOf(value)}`);
  };
  const text = read(textColumn);
  if (pairColumn !== undefined) return { text, textPair: read(pairColumn) };
  if ((valueOf(record, "text_pair") ?? null) === null) return { text };
  requireColumns(record.names, [{ column: "text_pair", option: "pairColumn" }], { file, row: 1 });
  return { text, textPair: read("text_pair") };
}

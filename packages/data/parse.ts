import { markReader } from "./annotations.ts";
import { type Column, requireColumns, type WantedColumn } from "./columns.ts";
import { describeEmptyRows, type EmptyRow, isEmpty } from "./empty_rows.ts";
import type { LabelledRow } from "./example.ts";
import { kindOf } from "./json_records.ts";
import { labelReader } from "./label_value.ts";
import { readTable, valueOf } from "./table.ts";
import type { DataFormat, Table, TableOptions, TableRecord } from "./table_record.ts";

/** Where the texts of a table stand; plain lines have only one column. */
export interface TextColumns {
  /** Default `text`; several are joined. */
  textColumn?: Column | readonly Column[];
  /** Between texts of several columns; default a line feed. */
  textJoiner?: string;
  /** Default `text_pair` where the file has such a column, otherwise none. */
  pairColumn?: Column;
  /** Whether rows without a text, and where labels are read without a label, are left out, which `warn` hears of. */
  skipEmpty?: boolean;
}

/** How to read texts; `header`, `quoting` and `separator` say nothing about JSON. */
export type TextOptions = Omit<TableOptions, "wanted" | "sparse"> & TextColumns;

/** How to read the labelled rows of a data file. */
export interface ParseOptions extends Omit<TextOptions, "format"> {
  /** Default: by the ending of `file`. */
  format?: DataFormat;
  /** Default `label`. */
  labelColumn?: Column;
  /** Cuts a label field into several labels. */
  labelSeparator?: string;
}

/** A text to classify, without a label. */
export interface TextInput {
  /** The only text, or the first of a pair. */
  text: string;
  /** The second text of a pair. */
  textPair?: string;
  /** Line of the file, from 1. */
  row: number;
}

/** A text and all that its row holds. */
export interface TextRecord extends TextInput {
  /** All columns, those of the texts included. */
  record: TableRecord;
}

/**
 * Labelled rows of a file that {@linkcode readTable} reads. No row is dropped but those that annotators set aside, which
 * deserves a warning, and with `skipEmpty` those without label or text.
 *
 * @example
 * ```ts
 * import { parseRows } from "@taxon/data";
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
  const { file, textColumn = "text", pairColumn = "text_pair", labelColumn = "label", warn } = options;
  const { records } = readColumns(content, options, labelColumn);
  const markOf = markReader(records, [textColumn, pairColumn, labelColumn].flat().map(String));
  const readLabel = labelReader(options);
  const aside: string[] = [];
  const empty: EmptyRow[] = [];
  const rows = records.flatMap((record): LabelledRow[] => {
    const { row } = record;
    const mark = markOf(record);
    const lacks = mark === undefined ? lackOf(record, options, labelColumn) : undefined;
    if (lacks !== undefined) {
      empty.push({ row, lacks });
      return [];
    }
    const label = mark === undefined ? readLabel(valueOf(record, labelColumn), row) : undefined;
    if (label !== undefined) return [{ ...textsOf(record, options), label, row, file }];
    aside.push(`${file}:${row}, ${mark ?? "no answer"}`);
    return [];
  });
  if (aside.length > 0) {
    warn?.(
      `${file}: ${aside.length} of ${records.length} rows are left out, as annotators set them aside (${
        aside[0]
      })`,
    );
  }
  if (empty.length > 0) warn?.(describeEmptyRows(file, empty));
  return rows;
}

/**
 * Texts to classify, of a file that {@linkcode readTable} reads; answers line up with its rows.
 *
 * @throws {SyntaxError} Naming file and line, for a malformed row.
 */
export function parseTexts(content: Uint8Array | string, options: TextOptions): TextInput[] {
  return readTexts(content, options).texts.map(({ record: _, ...input }) => input);
}

/**
 * A table and the texts of its rows.
 *
 * @throws {SyntaxError} Naming file and line, for a malformed row.
 */
export function readTexts(
  content: Uint8Array | string,
  options: TextOptions,
): { table: Table; texts: TextRecord[] } {
  const { file, format, skipEmpty, warn } = options;
  // Plain lines are a table of one column
  const columns = format === "lines" ? { file, skipEmpty } : options;
  const table = readColumns(content, { ...columns, format, encoding: options.encoding, warn });
  const empty: EmptyRow[] = [];
  const texts = table.records.flatMap((record): TextRecord[] => {
    const { row } = record;
    const lacks = lackOf(record, columns);
    if (lacks === undefined) return [{ ...textsOf(record, columns), row, record }];
    empty.push({ row, lacks });
    return [];
  });
  if (empty.length > 0) warn?.(describeEmptyRows(file, empty));
  return { table, texts };
}

function readColumns(content: Uint8Array | string, options: TextOptions, labelColumn?: Column): Table {
  const { textColumn = "text", pairColumn, skipEmpty } = options;
  const wanted: WantedColumn[] = [textColumn].flat().map((column) => ({ column, option: "textColumn" }));
  if (pairColumn !== undefined) wanted.push({ column: pairColumn, option: "pairColumn" });
  if (labelColumn !== undefined) wanted.push({ column: labelColumn, option: "labelColumn" });
  return readTable(content, { ...options, wanted, sparse: skipEmpty });
}

/** What a row lacks for which it is to be left out. */
function lackOf(
  record: TableRecord,
  { textColumn = "text", skipEmpty = false }: TextColumns,
  labelColumn?: Column,
): EmptyRow["lacks"] | undefined {
  if (!skipEmpty) return undefined;
  if (labelColumn !== undefined && isEmpty(valueOf(record, labelColumn))) return "label";
  return [textColumn].flat().every((column) => isEmpty(valueOf(record, column))) ? "text" : undefined;
}

/**
 * Text and, if there is one, second text of a row.
 *
 * @throws {SyntaxError} Naming file and line, if one is no string.
 */
export function textsOf(
  record: TableRecord,
  { file, textColumn = "text", textJoiner = "\n", pairColumn }: TextColumns & { file: string },
): { text: string; textPair?: string } {
  const place = `${file}:${record.row}`;
  const read = (column: Column) => {
    const value = valueOf(record, column);
    if (typeof value === "string") return value;
    const remedy = (value ?? null) === null ? "; option skipEmpty leaves rows without a text out" : "";
    throw new SyntaxError(`${place}: "${column}" must be a string, got ${kindOf(value ?? null)}${remedy}`);
  };
  const columns = [textColumn].flat();
  // Of several columns some may be null in a row, as long as one is not
  const some = columns.some((column) => (valueOf(record, column) ?? null) !== null);
  const readPart = (column: Column) => some && (valueOf(record, column) ?? null) === null ? "" : read(column);
  const text = columns.map(readPart).join(textJoiner);
  if (pairColumn !== undefined) return { text, textPair: read(pairColumn) };
  if ((valueOf(record, "text_pair") ?? null) === null || columns.includes("text_pair")) return { text };
  requireColumns(record.names, [{ column: "text_pair", option: "pairColumn" }], { file, row: 1 });
  return { text, textPair: read("text_pair") };
}

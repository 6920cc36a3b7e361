import type { LabelledRow } from "./example.ts";
import { type DelimitedRecord, quotedRecords, unquotedRecords } from "./records.ts";
import { splitLabels } from "./labels.ts";

/** Name of a column, or its number from 1 in a file without a header. */
export type Column = string | number;

/** Which columns of a file hold what, and how it is quoted. */
export interface DelimitedOptions {
  /** Name for messages. */
  file: string;
  format: "csv" | "tsv";
  /** Default `text`. */
  textColumn?: Column;
  /** Default `text_pair` where the file has such a column, otherwise none. */
  pairColumn?: Column;
  /** Default `label`. */
  labelColumn?: Column;
  /** Whether the first row names the columns; default true. Without it columns are numbers from 1. */
  header?: boolean;
  /** Default `rfc4180` for csv, `none` for tsv. */
  quoting?: "rfc4180" | "none";
  /** Cuts a label field into several labels. */
  labelSeparator?: string;
}

/**
 * Rows of a CSV or TSV file.
 *
 * @throws {SyntaxError} Naming file and line: a field too many or too few, a stray quote, a blank line, an empty file.
 * @throws {RangeError} If a column does not exist; the message lists those that do.
 */
export function parseDelimited(content: string, options: DelimitedOptions): LabelledRow[] {
  const { file, format, header = true, labelSeparator } = options;
  const separator = format === "csv" ? "," : "\t";
  const quoted = (options.quoting ?? (format === "csv" ? "rfc4180" : "none")) === "rfc4180";
  const records = quoted
    ? quotedRecords(content, file, separator)
    : unquotedRecords(content, file, separator);
  if (records.length === 0) throw new SyntaxError(`${file}:1: file is empty`);
  const first = records[0];
  const find = header ? nameFinder(first, file) : numberFinder(first, file);
  const text = find("textColumn", options.textColumn ?? "text");
  const label = find("labelColumn", options.labelColumn ?? "label");
  const hasPair = options.pairColumn !== undefined || (header && first.fields.includes("text_pair"));
  const pair = hasPair ? find("pairColumn", options.pairColumn ?? "text_pair") : undefined;

  return (header ? records.slice(1) : records).map(({ line, fields }) => {
    if (fields.length !== first.fields.length) {
      const remedy = quoted
        ? "put quotes around a field that holds the separator"
        : "a tab inside a text splits it";
      throw new SyntaxError(
        `${file}:${line}: row has ${fields.length} fields, expected ${first.fields.length} as on line ${first.line}; ${remedy}`,
      );
    }
    const row: LabelledRow = {
      text: fields[text],
      label: labelSeparator === undefined ? fields[label] : splitLabels(fields[label], labelSeparator),
      row: line,
      file,
    };
    return pair === undefined ? row : { ...row, textPair: fields[pair] };
  });
}

type Finder = (option: string, column: Column) => number;

function nameFinder(header: DelimitedRecord, file: string): Finder {
  const names = header.fields;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SyntaxError(`${file}:${header.line}: column "${twice}" appears twice in the header`);
  }
  return (option, column) => {
    const index = names.indexOf(String(column));
    if (index >= 0) return index;
    const known = names.map((name) => `"${name}"`).join(", ");
    throw new RangeError(
      `Cannot read ${file}: no column "${column}"; its first line names ${known}: choose one as ${option}, ` +
        `or read the file without a header and give column numbers`,
    );
  };
}

function numberFinder(first: DelimitedRecord, file: string): Finder {
  const width = first.fields.length;
  return (option, column) => {
    const number = Number(column);
    if (Number.isInteger(number) && number >= 1 && number <= width) return number - 1;
    throw new RangeError(
      `Cannot read ${file}: ${option} is "${column}"; without a header columns are numbers from 1 to ${width}`,
    );
  };
}

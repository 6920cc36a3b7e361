import { requireColumns, type WantedColumn } from "./columns.ts";
import { type DelimitedRecord, delimitedRecords } from "./records.ts";
import { quoteWatcher } from "./quotes_as_letters.ts";
import { likelySeparator, nameOf, readSeparator, separatorOf } from "./separator.ts";
import type { Table, TableOptions, TableRecord } from "./table_record.ts";

/** A first line that names the separator, as spreadsheets write and understand it. */
const SEPARATOR_LINE = /^\ufeff?"?sep=([^"\r\n])"?(?:[\r\n]|$)/i;

/**
 * Rows of a CSV or TSV file.
 *
 * @throws {SyntaxError} Naming file and line: a field too many or too few, a stray quote, a blank line, an empty file.
 * @throws {RangeError} If a column does not exist; the message lists those that do.
 */
export function delimitedTable(content: string, options: TableOptions & { format: "csv" | "tsv" }): Table {
  const { file, format, header = true, wanted = [], warn } = options;
  const usual = format === "csv" ? "," : "\t";
  const isQuoted = (separator: string) =>
    options.quoting === undefined ? format === "csv" || separator !== "\t" : options.quoting === "rfc4180";
  const separator = separatorFor(content, options, { usual, isQuoted });
  const quoted = isQuoted(separator);
  const rows = delimitedRecords(content, { file, separator, quoted });
  if (SEPARATOR_LINE.test(content)) rows.next();
  const { value: first } = rows.next();
  if (!first) throw new SyntaxError(`${file}:1: file is empty`);
  const columns = header ? first.fields : first.fields.map((_, i) => String(i + 1));
  if (header) {
    requireColumns(columns, wanted, { file, row: first.line, hint: hintOf(content, options, separator) });
  } else {
    requireNumbers(columns.length, wanted, file);
  }

  const records: TableRecord[] = [];
  const watch = options.quoting === undefined && !quoted ? quoteWatcher(file, warn) : undefined;
  const add = (row: DelimitedRecord) => {
    if (row.fields.length !== columns.length) throw wrongWidth(row, first, file, separator, quoted);
    watch?.(row);
    records.push({ row: row.line, names: columns, values: row.fields });
  };
  if (!header) add(first);
  for (const row of rows) add(row);
  return { file, format, separator, columns, records };
}

/** What separates the fields: as asked, as the file says, or as it shows, which deserves a word. */
function separatorFor(
  content: string,
  { file, separator, header = true, wanted = [], warn }: TableOptions,
  { usual, isQuoted }: { usual: string; isQuoted: (separator: string) => boolean },
): string {
  const asked = separator === undefined ? undefined : readSeparator(separator);
  const said = SEPARATOR_LINE.exec(content)?.[1];
  if (asked !== undefined && said !== undefined && asked !== said) {
    throw new SyntaxError(
      `${file}:1: the line says that ${nameOf(said)} separates the fields, not ${nameOf(asked)}: ` +
        `leave out option separator or the line`,
    );
  }
  const shown = asked ?? said ?? separatorOf(content, { file, usual, header, wanted, isQuoted, warn }) ??
    usual;
  if (asked === undefined && shown !== usual) {
    warn?.(`${file}: fields are separated by ${nameOf(shown)}; option separator can say otherwise`);
  }
  return shown;
}

/** What the names of the columns would show if another separator was meant. */
function hintOf(content: string, { separator, file }: TableOptions, used: string): string {
  const likely = likelySeparator(content, used, file);
  if (likely !== undefined) return `, but looks separated by ${nameOf(likely)}: see option separator`;
  return separator === undefined && used !== "," && used !== "\t" ? `, separated by ${nameOf(used)}` : "";
}

function requireNumbers(width: number, wanted: readonly WantedColumn[], file: string): void {
  for (const { column, option } of wanted) {
    const number = Number(column);
    if (Number.isInteger(number) && number >= 1 && number <= width) continue;
    throw new RangeError(
      `Cannot read ${file}: ${option} is "${column}"; without a header columns are numbers from 1 to ${width}`,
    );
  }
}

function wrongWidth(
  { line, fields }: DelimitedRecord,
  first: DelimitedRecord,
  file: string,
  separator: string,
  quoted: boolean,
): SyntaxError {
  const remedy = quoted
    ? "put quotes around a field that holds the separator"
    : `${nameOf(separator)} inside a text splits it` +
      (fields.some((field) => field.startsWith('"')) ? ", unless option quoting is rfc4180" : "");
  return new SyntaxError(
    `${file}:${line}: row has ${fields.length} fields, expected ${first.fields.length} as on line ${first.line}; ${remedy}`,
  );
}

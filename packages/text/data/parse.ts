import { type DelimitedOptions, parseDelimited } from "./delimited.ts";
import type { LabelledRow } from "./example.ts";
import { parseJsonl } from "./jsonl.ts";

/** A layout of labelled texts in a file. */
export type DataFormat = "csv" | "tsv" | "jsonl";

/** How to read a data file; `header` and `quoting` say nothing about JSONL. */
export interface ParseOptions extends Omit<DelimitedOptions, "format"> {
  /** Default: by the ending of `file`. */
  format?: DataFormat;
}

/**
 * Labelled rows of a CSV (RFC 4180), TSV (unquoted) or JSON Lines file. No row is dropped.
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
 * @param content The whole file; a byte order mark and CRLF line ends are understood.
 * @throws {SyntaxError} For a malformed row, as `train.csv:17: …`.
 * @throws {RangeError} If a column does not exist or the format is unknown.
 */
export function parseRows(content: string, options: ParseOptions): LabelledRow[] {
  const format = options.format ?? formatOf(options.file);
  if (format !== "jsonl") return parseDelimited(content, { ...options, format });
  const { file, labelSeparator, textColumn, pairColumn, labelColumn } = options;
  return parseJsonl(content, {
    file,
    labelSeparator,
    textColumn: optionalKey(textColumn),
    pairColumn: optionalKey(pairColumn),
    labelColumn: optionalKey(labelColumn),
  });
}

/**
 * The format that a file name ends in.
 *
 * @throws {RangeError} If the ending is none of .csv, .tsv, .jsonl and .ndjson.
 */
export function formatOf(file: string): DataFormat {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1].toLowerCase();
  if (ending === "csv" || ending === "tsv" || ending === "jsonl") return ending;
  if (ending === "ndjson") return "jsonl";
  throw new RangeError(
    `Cannot tell the format of ${file}: its name must end in .csv, .tsv, .jsonl or .ndjson`,
  );
}

function optionalKey(column: string | number | undefined): string | undefined {
  return column === undefined ? undefined : String(column);
}

import type { WantedColumn } from "./columns.ts";

/** A layout of texts in a file. */
export type DataFormat = "csv" | "tsv" | "jsonl" | "json";

/** One row of a table, whatever its format. */
export interface TableRecord {
  /** Line of the file on which it starts, from 1. */
  row: number;
  /** Names of its columns in the order of the file; two may be the same. */
  names: readonly string[];
  /** A value for each name: strings, or in JSON anything. */
  values: readonly unknown[];
}

/** How to read a table; what is not given is told from the file. */
export interface TableOptions {
  /** Name for messages. */
  file: string;
  /** Default: by the ending of `file`. `lines` is one text a line, blank ones too, as a column `text`. */
  format?: DataFormat | "lines";
  /** Of bytes that are no UTF-8 and have no mark; a name of the Encoding Standard. */
  encoding?: string;
  /** Between the fields of csv and tsv; default: what the first line shows, see `separatorOf`. */
  separator?: string;
  /** Default `rfc4180`; `none` for tsv that is separated by tabs. */
  quoting?: "rfc4180" | "none";
  /** Whether the first row of csv and tsv names the columns; default true. Without it they are numbers from 1. */
  header?: boolean;
  /** Columns that must be there, each once. */
  wanted?: readonly WantedColumn[];
  /** Whether a row of JSON may lack wanted keys, if only another has them; default false. */
  sparse?: boolean;
  /** Whether numbers of JSON that a double cannot hold are kept as they are written, for `JSON.stringify`. */
  exactNumbers?: boolean;
  /** Gets what was decided and might not be meant, a sentence each that names the file. */
  warn?: (message: string) => void;
}

/** Rows of a file. */
export interface Table {
  /** Name for messages. */
  file: string;
  /** As given, or told by the ending of `file`. */
  format: DataFormat | "lines";
  /** Of csv and tsv. */
  separator?: string;
  /** Names of the columns; those of JSON are told by each row. */
  columns?: readonly string[];
  /** In the order of the file. */
  records: TableRecord[];
}

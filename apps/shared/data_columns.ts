import type { DataColumns } from "@taxon/model";
import { columnFlag, columnNames } from "./column_names.ts";

/** Flags that name columns. */
interface ColumnFlags {
  textColumn?: string;
  pairColumn?: string;
  labelColumn?: string;
  header: boolean;
}

/** Between the texts of several columns that flags name. */
export const JOINER = "\n";

/** The columns that flags name, for the model to remember; undefined if they name none. */
export function columnsOf(flags: ColumnFlags): DataColumns | undefined {
  const column = (name: string) => !flags.header && /^\d+$/.test(name) ? Number(name) : name;
  const { textColumn, pairColumn, labelColumn } = flags;
  const columns = {
    ...(textColumn !== undefined && { text: columnNames(textColumn).map(column) }),
    ...(pairColumn !== undefined && { pair: column(pairColumn) }),
    ...(labelColumn !== undefined && { label: column(labelColumn) }),
  };
  return Object.keys(columns).length === 0 ? undefined : { ...columns, joiner: JOINER };
}

/** Of the columns that a model remembers those that a file can have: names with a header, numbers without. */
export function fittingColumns(
  { text, pair, label, joiner = JOINER }: Partial<DataColumns> = {},
  header: boolean,
): DataColumns {
  const fits = (column: unknown) => column !== undefined && (typeof column === "string") === header;
  return {
    ...(text?.every(fits) && { text }),
    ...(fits(pair) && { pair }),
    ...(fits(label) && { label }),
    joiner,
  };
}

/** In words, which of the columns in use are remembered from training; undefined if none. */
export function describeRemembered(flags: ColumnFlags, trained: DataColumns | undefined): string | undefined {
  const { text, pair, label } = fittingColumns(trained, flags.header);
  const parts = [
    text && flags.textColumn === undefined && `text ${columnFlag(text.map(String))}`,
    pair !== undefined && flags.pairColumn === undefined && `second text ${pair}`,
    label !== undefined && flags.labelColumn === undefined && `label ${label}`,
  ].filter((part) => typeof part === "string");
  return parts.length === 0 ? undefined : `columns as in training: ${parts.join("; ")}`;
}

/** Name of a column, or its number from 1 in files without a header. */
export type DataColumn = string | number;

/** Where data files hold what a model was trained on; what is absent has its usual name. */
export interface DataColumns {
  /** Columns that make the text. */
  text?: readonly DataColumn[];
  /** Between the texts of several columns. */
  joiner: string;
  /** Column of the second text. */
  pair?: DataColumn;
  /** Column of the label. */
  label?: DataColumn;
}

/** Whether a value, which may come from anyone's config.json, is what it should be. */
export function isDataColumns(value: unknown): value is DataColumns {
  if (typeof value !== "object" || value === null) return false;
  const { text, joiner, pair, label } = value as Record<string, unknown>;
  const names = [pair, label].filter((column) => column !== undefined);
  if (text !== undefined && !(Array.isArray(text) && text.length > 0)) return false;
  return typeof joiner === "string" && [...text as unknown[] ?? [], ...names].every(isColumn);
}

function isColumn(value: unknown): value is DataColumn {
  return typeof value === "string" || (Number.isSafeInteger(value) && value as number >= 1);
}

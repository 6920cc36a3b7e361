/** A row that lacks what it should hold. */
export interface EmptyRow {
  row: number;
  lacks: "label" | "text";
}

/** Whether a value holds no text: absent, null, or nothing but white space. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** Which rows of a file were left out, in words. */
export function describeEmptyRows(file: string, rows: readonly EmptyRow[]): string {
  const parts = (["label", "text"] as const).flatMap((lacks) => {
    const own = rows.filter((row) => row.lacks === lacks).map(({ row }) => row);
    if (own.length === 0) return [];
    const shown = own.slice(0, 5).join(", ") + (own.length > 5 ? ` and ${own.length - 5} more` : "");
    return [`${own.length} without a ${lacks} (line${own.length > 1 ? "s" : ""} ${shown})`];
  });
  return `${file}: left out ${rows.length} row${rows.length > 1 ? "s" : ""}: ${parts.join(", ")}`;
}

import type { RowRef } from "./check.ts";

const SHOWN_ROWS = 5;

/** Where rows stand, the first few of them. */
export function places(rows: readonly Pick<RowRef, "file" | "row">[]): string {
  const shown = rows.slice(0, SHOWN_ROWS).map(({ file, row }) => `${file}:${row}`).join(", ");
  return rows.length > SHOWN_ROWS ? `${shown} and ${rows.length - SHOWN_ROWS} more` : shown;
}

/** A count with its noun. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

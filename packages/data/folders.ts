import { isEmpty } from "./empty_rows.ts";
import type { LabelledRow } from "./example.ts";
import type { ParseOptions } from "./parse.ts";

/** One text file in a folder that is named after its label. */
export interface FolderEntry {
  /** Name of the folder. */
  label: string;
  /** Path or name for messages. */
  file: string;
  /** All that the file holds. */
  text: string;
}

/** Rows of a folder per label, in order of label and file name: a directory is listed in no certain order. */
export function rowsFromFolders(
  entries: Iterable<FolderEntry>,
  { skipEmpty = false, warn }: Pick<ParseOptions, "skipEmpty" | "warn"> = {},
): LabelledRow[] {
  const sorted = [...entries].sort((a, b) => compare(a.label, b.label) || compare(a.file, b.file));
  const isLeftOut = ({ text }: FolderEntry) => skipEmpty && isEmpty(text);
  const empty = sorted.filter(isLeftOut);
  if (empty.length > 0) {
    const shown = empty.slice(0, 5).map(({ file }) => file).join(", ");
    const more = empty.length > 5 ? ` and ${empty.length - 5} more` : "";
    warn?.(`left out ${empty.length} file${empty.length > 1 ? "s" : ""} without a text: ${shown}${more}`);
  }
  return sorted.filter((entry) => !isLeftOut(entry))
    .map(({ label, file, text }) => ({ text, label, row: 1, file }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

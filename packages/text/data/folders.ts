import type { LabelledRow } from "./example.ts";

/** One text file in a folder that is named after its label. */
export interface FolderEntry {
  label: string;
  /** Path or name for messages. */
  file: string;
  text: string;
}

/** Rows of a folder per label, in order of label and file name: a directory is listed in no certain order. */
export function rowsFromFolders(entries: Iterable<FolderEntry>): LabelledRow[] {
  return [...entries]
    .sort((a, b) => compare(a.label, b.label) || compare(a.file, b.file))
    .map(({ label, file, text }) => ({ text, label, row: 1, file }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

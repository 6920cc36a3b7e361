import {
  type FolderEntry,
  type LabelledRow,
  type ParseOptions,
  parseRows,
  rowsFromFolders,
} from "@taxon/text";
import { systemReason } from "./system_error.ts";

/** Flags that say how labelled files read; shared by the commands that take such files. */
export const dataFlags = {
  textColumn: {
    type: "string",
    placeholder: "NAME|N",
    description: "Column of the text (default text, or 1 without a header)",
  },
  pairColumn: {
    type: "string",
    placeholder: "NAME|N",
    description: "Column of a second text (default text_pair, if there is one)",
  },
  labelColumn: {
    type: "string",
    placeholder: "NAME|N",
    description: "Column of the label (default label, or 2 without a header)",
  },
  header: {
    type: "boolean",
    default: true,
    description: "The files have no header row; columns are numbers from 1",
  },
  quoting: {
    type: "string",
    choices: ["rfc4180", "none"],
    description: "How fields are quoted (default rfc4180 for .csv, none for .tsv)",
  },
  labelSeparator: {
    type: "string",
    placeholder: "SEP",
    description: "Cut a label field into several labels at SEP",
  },
} as const;

/** Values of `dataFlags`. */
export interface DataFlagValues {
  textColumn?: string;
  pairColumn?: string;
  labelColumn?: string;
  header: boolean;
  quoting?: "rfc4180" | "none";
  labelSeparator?: string;
}

/**
 * Labelled rows of a CSV, TSV or JSON Lines file, or of a folder with one folder of text files for each label.
 *
 * @throws {SyntaxError} For a malformed row, as `train.csv:17: …`.
 * @throws {Error} If the path cannot be read, naming it.
 */
export async function readRows(path: string, flags: DataFlagValues): Promise<LabelledRow[]> {
  const { isDirectory } = await Deno.stat(path).catch((error) => {
    throw new Error(`Cannot read ${path}: ${reasonOf(error)}`);
  });
  if (isDirectory) return rowsFromFolders(await folderEntries(path));
  const content = await Deno.readTextFile(path);
  try {
    return parseRows(content, { file: path, ...parseOptions(flags) });
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(inFlags(error.message), { cause: error }) : error;
  }
}

/** A message that names an option of the parser, in the words of the command line. */
function inFlags(message: string): string {
  return message.replace(/\b(text|pair|label)Column\b/, "--$1-column")
    .replace("without a header", "with --no-header");
}

function parseOptions(flags: DataFlagValues): Omit<ParseOptions, "file"> {
  const column = (value: string | undefined, otherwise?: number) => {
    if (flags.header) return value;
    return value === undefined ? otherwise : /^\d+$/.test(value) ? Number(value) : value;
  };
  return {
    textColumn: column(flags.textColumn, 1),
    pairColumn: column(flags.pairColumn),
    labelColumn: column(flags.labelColumn, 2),
    header: flags.header,
    quoting: flags.quoting,
    labelSeparator: flags.labelSeparator,
  };
}

async function folderEntries(path: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for await (const label of Deno.readDir(path)) {
    if (!label.isDirectory) continue;
    for await (const file of Deno.readDir(`${path}/${label.name}`)) {
      if (!file.isFile || file.name.startsWith(".")) continue; // file managers leave hidden files everywhere
      const fileName = `${path}/${label.name}/${file.name}`;
      entries.push({ label: label.name, file: fileName, text: await Deno.readTextFile(fileName) });
    }
  }
  if (entries.length === 0) {
    throw new Error(
      `Cannot read ${path}: a folder of labelled texts holds one folder of text files for each label`,
    );
  }
  return entries;
}

/** What went wrong with a path, without the system's wording. */
export function reasonOf(error: unknown): string {
  return systemReason(error) ?? (error instanceof Error ? error.message : String(error));
}

import {
  decodeText,
  type FolderEntry,
  type LabelledRow,
  type ParseOptions,
  parseRows,
  rowsFromFolders,
} from "@taxon/data";
import type { DataColumns } from "@taxon/model";
import { columnFlag } from "./column_names.ts";
import { flagName, inGroup } from "./command.ts";
import { columnsOf, fittingColumns, JOINER } from "./data_columns.ts";
import { UsageError } from "./flags.ts";
import type { Log } from "./log.ts";
import { systemReason } from "./system_error.ts";

/** Flags that say how any file of texts reads. */
export const fileFlags = inGroup("data", {
  encoding: {
    type: "string",
    placeholder: "NAME",
    description: "Encoding of files that are no UTF-8, such as latin1 or shift_jis",
  },
  separator: {
    type: "string",
    placeholder: "CHAR|NAME",
    description: "Between fields: a character, or comma, semicolon, tab, pipe (default: told from the file)",
  },
  textColumn: {
    type: "string",
    placeholder: "NAME,…",
    description:
      "Column of the text, or several that are joined by a line feed (default text, or 1 without a header)",
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
});

/** Flags that say how labelled files read; shared by the commands that take such files. */
export const dataFlags = inGroup("data", {
  ...fileFlags,
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
  labelSeparator: {
    type: "string",
    placeholder: "SEP",
    description: "Cut a label field into several labels at SEP",
  },
  skipEmpty: { type: "boolean", description: "Leave out rows without a label or a text, and count them" },
  mergeLabels: {
    type: "boolean",
    description: "Labels that differ only by case or space are one, spelled as most rows spell it",
  },
});

/** Values of `fileFlags`. */
export interface FileFlagValues {
  encoding?: string;
  separator?: string;
  textColumn?: string;
  header: boolean;
  quoting?: "rfc4180" | "none";
}

/** Values of `dataFlags`. */
export interface DataFlagValues extends FileFlagValues {
  pairColumn?: string;
  labelColumn?: string;
  labelSeparator?: string;
  skipEmpty?: boolean;
  mergeLabels?: boolean;
}

/** What of a log a reader needs. */
export type Warner = Pick<Log, "warn">;

/**
 * Labelled rows of a file that `parseRows` reads, or of a folder with one folder of text files for each label.
 *
 * @param trained Columns of which the model was trained.
 * @throws {SyntaxError} For a malformed row, as `train.csv:17: …`.
 * @throws {Error} If the path cannot be read, naming it.
 */
export async function readRows(
  path: string,
  flags: DataFlagValues,
  log: Warner,
  trained?: DataColumns,
): Promise<LabelledRow[]> {
  const { isDirectory } = await Deno.stat(path).catch((error) => {
    throw new Error(`Cannot read ${path}: ${reasonOf(error)}`);
  });
  if (isDirectory) {
    return await inFlags(log, async (warn) => {
      const { skipEmpty } = flags;
      return rowsFromFolders(await folderEntries(path, flags, warn), { skipEmpty, warn });
    });
  }
  const content = await readBytes(path);
  return await inFlags(
    log,
    (warn) => parseRows(content, { file: path, ...parseOptions(flags, trained), warn }),
  );
}

/** The bytes of a file of texts. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** Runs a reader of @taxon/text, and puts the names of its options into the words of the command line. */
export async function inFlags<T>(
  { warn }: Warner,
  read: (warn: (message: string) => void) => T | Promise<T>,
): Promise<T> {
  try {
    return await read((message) => warn(asFlags(message)));
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) error.message = asFlags(error.message);
    throw error;
  }
}

/** A message that names options of @taxon/text, in the words of the command line. */
export function asFlags(message: string): string {
  return message.replace(
    /\b(?:(?:text|pair|label)Column|problemType)\b/g,
    (property) => `--${flagName(property)}`,
  )
    .replace(
      /\boption (encoding|separator|quoting|skipEmpty|mergeLabels)\b/g,
      (_, property) => `--${flagName(property)}`,
    )
    .replace("read the file without a header", "read the file with --no-header")
    .replace("; without a header columns", "; with --no-header columns");
}

/** What the flags say to a reader of @taxon/text, or where they say nothing what the model was trained on. */
export function parseOptions(
  flags: DataFlagValues,
  trained?: DataColumns,
): Omit<ParseOptions, "file"> {
  const { encoding, separator, header, quoting, labelSeparator, skipEmpty } = flags;
  const remembered = fittingColumns(trained, header);
  const { text, pair, label } = { ...remembered, ...columnsOf(flags) };
  if (!header && text === undefined && (trained?.text?.length ?? 1) > 1) {
    throw new UsageError(
      `Cannot tell the columns ${columnFlag(trained!.text!.map(String))} without a header: ` +
        `give their numbers with --text-column`,
    );
  }
  return {
    encoding,
    separator,
    textColumn: text ?? (header ? undefined : 1),
    textJoiner: flags.textColumn === undefined ? remembered.joiner : JOINER,
    pairColumn: pair,
    labelColumn: label ?? (header ? undefined : 2),
    header,
    quoting,
    labelSeparator,
    skipEmpty,
  };
}

async function folderEntries(
  path: string,
  { encoding }: DataFlagValues,
  warn: (message: string) => void,
): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  let warned = false;
  const warnOnce = (message: string) => {
    if (!warned) warn(message); // what is said of one file may hold for thousands
    warned = true;
  };
  for await (const label of Deno.readDir(path)) {
    if (!label.isDirectory) continue;
    for await (const { isFile, name } of Deno.readDir(`${path}/${label.name}`)) {
      if (!isFile || name.startsWith(".")) continue; // file managers leave hidden files everywhere
      const file = `${path}/${label.name}/${name}`;
      const text = decodeText(await readBytes(file), { file, encoding, warn: warnOnce });
      entries.push({ label: label.name, file, text });
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

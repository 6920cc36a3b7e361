import {
  describeRemembered,
  flagName,
  inFlags,
  type Log,
  parseOptions,
  readBytes,
  UsageError,
} from "@taxon/app-shared";
import type { DataColumns } from "@taxon/model";
import { readTexts } from "@taxon/data";
import type { PredictFlags } from "./command.ts";
import { fieldNamesOf, fieldsOf } from "./fields.ts";
import { looksLikeTable } from "./looks_like_table.ts";

/** A text to classify, with its place for messages. */
export interface PredictInput {
  text: string;
  textPair?: string;
  /** What else its row holds, by the name of the column or key; the text too. Plain texts have none. */
  fields?: ReadonlyMap<string, unknown>;
  file: string;
  row: number;
}

/** The texts that a call names. */
export interface PredictInputs {
  inputs: PredictInput[];
  /** Fields that any of their rows has. */
  fieldNames: readonly string[];
  /** Columns that make the text; none for plain texts. */
  textColumns: readonly string[];
}

/** Flags that say nothing about plain texts. */
const TABLE_FLAGS: readonly (keyof PredictFlags)[] = [
  "separator",
  "textColumn",
  "pairColumn",
  "header",
  "quoting",
];

/**
 * The texts that a call names: its arguments, a file, or standard input.
 *
 * @param given Names of the flags that were written.
 * @param trained Columns of which the model was trained.
 */
export async function readInputs(
  flags: PredictFlags,
  given: ReadonlySet<string>,
  texts: readonly string[],
  trained: DataColumns | undefined,
  log: Log,
): Promise<PredictInputs> {
  const { file = "-", textPair } = flags;
  if (texts.length > 0) {
    if (flags.file !== undefined) {
      throw new UsageError("Cannot classify --file and texts together: give one of them");
    }
    if (textPair !== undefined && texts.length > 1) {
      throw new UsageError(`Cannot use --text-pair with ${texts.length} texts: it belongs to one`);
    }
    refuseTableFlags(given, "texts that are arguments");
    return {
      inputs: texts.map((text, i) => ({ text, textPair, file: "argument", row: i + 1 })),
      fieldNames: [],
      textColumns: [],
    };
  }
  if (textPair !== undefined) {
    throw new UsageError("Cannot use --text-pair without a text: give the first text as argument");
  }
  const format = flags.inputFormat ?? formatOf(file);
  if (format === "lines") refuseTableFlags(given, "plain lines: name the format with --input-format");
  else noteRemembered(flags, trained, log);
  const content = file === "-" ? await readStandardInput() : await readBytes(file);
  return await inFlags(log, (warn) => {
    const name = file === "-" ? "standard input" : file;
    const options = { ...parseOptions(flags, trained), file: name, format, exactNumbers: true, warn };
    const { table, texts } = readTexts(content, options);
    const likely = format === "lines" && flags.inputFormat === undefined
      ? looksLikeTable(texts[0]?.text ?? "", trained?.text ?? ["text"])
      : undefined;
    if (likely !== undefined) {
      log.warn(
        `${name} is read as a text a line, but looks like ${likely}: say so with --input-format ${likely}`,
      );
    }
    if (format === "lines") {
      const inputs = texts.map(({ record: _, ...input }) => ({ ...input, file: name }));
      return { inputs, fieldNames: [], textColumns: [] };
    }
    const fieldNames = fieldNamesOf(table);
    const read = fieldsOf(table, fieldNames);
    const inputs = texts.map(({ record, ...input }) => ({ ...input, fields: read(record), file: name }));
    return { inputs, fieldNames, textColumns: [options.textColumn ?? "text"].flat().map(String) };
  });
}

function refuseTableFlags(given: ReadonlySet<string>, where: string): void {
  const flag = TABLE_FLAGS.find((name) => given.has(name));
  if (flag !== undefined) throw new UsageError(`Cannot use --${flagName(flag)} on ${where}`);
}

function noteRemembered(flags: PredictFlags, trained: DataColumns | undefined, log: Log): void {
  const remembered = describeRemembered(flags, trained && { ...trained, label: undefined });
  if (remembered !== undefined) log.note(remembered);
}

function formatOf(file: string): NonNullable<PredictFlags["inputFormat"]> {
  if (file === "-") return "lines";
  const ending = /\.(csv|tsv|jsonl|ndjson|json|txt)$/i.exec(file)?.[1].toLowerCase();
  switch (ending) {
    case undefined:
      throw new UsageError(
        `Cannot tell the format of ${file}: its name ends in none of .csv, .tsv, .jsonl, .ndjson, .json and .txt; ` +
          `say it with --input-format, such as --input-format lines`,
      );
    case "ndjson":
      return "jsonl";
    case "txt":
      return "lines";
    default:
      return ending as "csv" | "tsv" | "jsonl" | "json";
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  if (Deno.stdin.isTerminal()) console.error("Type a text a line; end with Ctrl-D");
  return await new Response(Deno.stdin.readable).bytes();
}

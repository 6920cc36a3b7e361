import { inFlags, type Log, readBytes, UsageError } from "@taxon/app-shared";
import { parseTexts } from "@taxon/text";
import type { PredictFlags } from "./command.ts";

/** A text to classify, with its place for messages. */
export interface PredictInput {
  text: string;
  textPair?: string;
  /** What else its row holds, by the name of the column or key; the text too. Plain texts have none. */
  fields?: ReadonlyMap<string, unknown>;
  file: string;
  row: number;
}

/** The texts that a call names: its arguments, a file, or standard input. */
export async function readTexts(
  flags: PredictFlags,
  texts: readonly string[],
  log: Log,
): Promise<PredictInput[]> {
  const { file, textPair } = flags;
  if (texts.length > 0) {
    if (file !== undefined) {
      throw new UsageError("Cannot classify --file and texts together: give one of them");
    }
    if (textPair !== undefined && texts.length > 1) {
      throw new UsageError(`Cannot use --text-pair with ${texts.length} texts: it belongs to one`);
    }
    return texts.map((text, i) => ({ text, textPair, file: "argument", row: i + 1 }));
  }
  if (textPair !== undefined) {
    throw new UsageError("Cannot use --text-pair without a text: give the first text as argument");
  }
  const standardInput = file === undefined || file === "-";
  const name = standardInput ? "standard input" : file;
  const content = standardInput ? await readStandardInput() : await readBytes(file);
  const format = flags.inputFormat ?? (/\.(jsonl|ndjson)$/i.test(name) ? "jsonl" : "lines");
  const { encoding } = flags;
  const inputs = await inFlags(log, (warn) => parseTexts(content, { file: name, format, encoding, warn }));
  return inputs.map((input) => ({ ...input, file: name }));
}

async function readStandardInput(): Promise<Uint8Array> {
  if (Deno.stdin.isTerminal()) console.error("Type a text a line; end with Ctrl-D");
  return await new Response(Deno.stdin.readable).bytes();
}

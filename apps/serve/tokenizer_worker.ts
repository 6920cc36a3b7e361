/**
 * The worker that holds the tokenizer of one model, so that the thread that reads requests never tokenizes: what a text
 * costs is up to whoever sends it.
 */
import { parentPort } from "node:worker_threads";
import { ModelFolder } from "@taxon/classifier";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { Token, TokenList, UnreadText } from "@taxon/serving";
import type { Encoding } from "@taxon/text";
import { readText } from "./read_text.ts";
import { packNgrams, type SentText } from "./sent_text.ts";

/** One piece of work. */
export type TokenizerJob =
  | ({ kind: "encode" } & UnreadText)
  | { kind: "tokenize"; text: string; addSpecialTokens: boolean; maxTokens: number }
  | { kind: "decode"; ids: readonly number[]; skipSpecialTokens: boolean };

/** A text ready for the model. */
export interface EncodedJob extends SentText {
  /** Tokens that were read: all, or more than the model takes. */
  readonly totalTokens: number;
}

/** What comes of a job, by its kind; no tokens where there are more than asked for. */
export type TokenizerResult =
  | { kind: "encode"; encoding: EncodedJob }
  | { kind: "tokenize"; tokens: TokenList | undefined }
  | { kind: "decode"; text: string }
  | { kind: "failed"; message: string };

/** What the worker is told. */
export type TokenizerRequest = { kind: "open"; folder: string } | { kind: "work"; jobs: TokenizerJob[] };

/** What the worker answers: the results are in the order of the jobs. */
export type TokenizerReply =
  | { kind: "opened"; config: EncoderClassifierConfig; vocabSize: number }
  | { kind: "done"; results: TokenizerResult[] }
  | { kind: "failed"; message: string };

const port = parentPort!;
let config: EncoderClassifierConfig;
let tokenizer: ModelFolder["tokenizer"];

port.on("message", (data: TokenizerRequest) => {
  try {
    if (data.kind === "open") open(data.folder);
    else work(data.jobs);
  } catch (error) {
    port.postMessage({ kind: "failed", message: messageOf(error) });
  }
});

function open(folder: string): void {
  const described = new ModelFolder(folder);
  config = described.config();
  tokenizer = described.tokenizer;
  port.postMessage({ kind: "opened", config, vocabSize: tokenizer.vocabSize });
}

function work(jobs: readonly TokenizerJob[]): void {
  const results = jobs.map(resultOf);
  const buffers = results.flatMap(buffersOf);
  port.postMessage({ kind: "done", results }, buffers);
}

function resultOf(job: TokenizerJob): TokenizerResult {
  try {
    if (job.kind === "encode") return { kind: "encode", encoding: encode(job) };
    if (job.kind === "tokenize") return { kind: "tokenize", tokens: tokenize(job) };
    return { kind: "decode", text: tokenizer.decode(job.ids, job) };
  } catch (error) {
    return { kind: "failed", message: messageOf(error) };
  }
}

function encode(text: UnreadText): EncodedJob {
  const { encoded: { ids, typeIds, ngrams }, totalTokens } = readText(tokenizer, config, text);
  return { ids, typeIds, ngrams: ngrams && packNgrams(ngrams), totalTokens };
}

function tokenize(
  { text, addSpecialTokens, maxTokens }: TokenizerJob & { kind: "tokenize" },
): TokenList | undefined {
  const truncation = { maxLength: maxTokens };
  const encoding = tokenizer.encode(text, undefined, {
    addSpecialTokens,
    padding: null,
    truncation,
    stopEarly: true,
  });
  if (encoding.truncated) return undefined;
  const tokens = toTokens(text, encoding);
  return { length: tokens.length, json: new TextEncoder().encode(JSON.stringify(tokens)) };
}

function toTokens(text: string, encoding: Encoding): Token[] {
  const { ids, tokens, specialTokensMask, offsets, offsetsUtf16 } = encoding;
  return tokens.map((token, i) => {
    if (specialTokensMask[i]) return { id: ids[i], text: token, special: true, start: null, stop: null };
    const [start, stop] = offsets[i];
    return { id: ids[i], text: text.slice(...offsetsUtf16[i]), special: false, start, stop };
  });
}

function buffersOf(result: TokenizerResult): ArrayBuffer[] {
  if (result.kind === "tokenize") return result.tokens ? [result.tokens.json.buffer] : [];
  if (result.kind !== "encode") return [];
  const { ids, typeIds, ngrams } = result.encoding;
  return [ids, typeIds, ngrams?.words, ngrams?.characters].flatMap((array) =>
    array ? [array.buffer as ArrayBuffer] : []
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

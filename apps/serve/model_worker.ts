/**
 * The worker that holds one model: it opens the folder it is told, then answers batches one at a time, so that the
 * thread that reads requests is never busy with matrices. Short texts it tokenizes itself.
 */
import { parentPort } from "node:worker_threads";
import { openClassifier, type OpenOptions } from "@taxon/app-shared";
import type { ExplainOptions, TextClassifier } from "@taxon/classifier";
import type { EncodedText } from "@taxon/model";
import type { InferredBatch, UnreadText } from "@taxon/serving";
import { DeviceLostError, type MemoryUse } from "@taxon/tensor";
import { readText } from "./read_text.ts";
import { type SentText, unpackNgrams } from "./sent_text.ts";
import type { Explanation } from "@taxon/decision";

/** What the worker is told. */
export type WorkerRequest =
  | { kind: "open"; folder: string; options: OpenOptions }
  | { kind: "infer"; texts: (SentText | UnreadText)[]; maxBatchTokens: number }
  | { kind: "explain"; input: { text: string; textPair?: string }; options: ExplainOptions };

/** What the worker answers. */
export type WorkerReply =
  | { kind: "opened"; backend: string; summary: string; parameters: number; memory: MemoryUse }
  | { kind: "inferred"; batch: InferredBatch; memory: MemoryUse }
  | { kind: "explanation"; explanation: Explanation; memory: MemoryUse }
  | { kind: "failed"; message: string; lost: boolean };

const port = parentPort!;
let classifier: TextClassifier;

port.on("message", async (data: WorkerRequest) => {
  try {
    if (data.kind === "open") await open(data.folder, data.options);
    else if (data.kind === "infer") await infer(data.texts, data.maxBatchTokens);
    else await explainText(data.input, data.options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reply({ kind: "failed", message, lost: error instanceof DeviceLostError });
  }
});

async function open(folder: string, options: OpenOptions): Promise<void> {
  const opened = await openClassifier(folder, options); // for as long as the worker runs
  classifier = opened.classifier;
  const { model, config, backend } = classifier;
  // The first batch is slow (buffers grow, code warms up): better now than on a request
  const ngrams = { words: new Map(), characters: new Map() };
  await classifier.logits([{ ids: new Int32Array(Math.min(16, config.maxTokens)), ngrams }]);
  reply({
    kind: "opened",
    backend: backend.name,
    summary: opened.backendSummary,
    parameters: model.parameterCount(),
    memory: backend.memory(),
  });
}

async function infer(sent: readonly (SentText | UnreadText)[], maxBatchTokens: number): Promise<void> {
  const texts: EncodedText[] = [];
  const read = sent.map((text) => {
    if ("ids" in text) return void texts.push(unpackNgrams(text));
    try {
      const { encoded, totalTokens } = readText(classifier.tokenizer, classifier.config, text);
      texts.push(encoded);
      return { tokens: encoded.ids.length, totalTokens };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  });
  const logits = await classifier.logits(texts, { maxBatchTokens });
  reply({ kind: "inferred", batch: { logits, read }, memory: classifier.backend.memory() });
}

async function explainText(
  input: { text: string; textPair?: string },
  options: ExplainOptions,
): Promise<void> {
  const explanation = await classifier.explain(input, options);
  reply({ kind: "explanation", explanation, memory: classifier.backend.memory() });
}

function reply(message: WorkerReply): void {
  port.postMessage(message);
}

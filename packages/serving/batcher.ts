import type { Classifier, Encoding, TokenCounts, UnreadText } from "./classifier.ts";
import { RequestError } from "./errors.ts";

/** A text as a batch takes it. */
export type BatchedText = Encoding | UnreadText;

/** What came of one text: its row of logits, and where its time went. */
export interface Inference {
  readonly logits: Float32Array;
  readonly read: TokenCounts;
  readonly queueMs: number;
  readonly inferenceMs: number;
}

/** How a {@linkcode Batcher} computes and reports. */
export interface BatcherOptions {
  infer: Classifier["infer"];
  classes: number;
  /** Most tokens of a batch, summed over its texts; a single longer text still runs, alone. */
  maxBatchTokens: number;
  /** Called for each batch as it leaves the queue. */
  onBatch?(batch: { size: number; tokens: number; waiting: number }): void;
}

/** What an unread text counts for: languages with an alphabet have 3 to 5 characters a token. */
const CHARACTERS_PER_TOKEN = 3;
const SPECIAL_TOKENS = 3;

interface Entry {
  readonly text: BatchedText;
  /** Of an unread text about as many as there will be. */
  readonly tokens: number;
  readonly signal: AbortSignal | undefined;
  readonly since: number;
  overtaken: boolean;
  resolve(inference: Inference): void;
  reject(error: unknown): void;
}

/**
 * Groups waiting texts into batches, one batch at a time. There is no timer: while the model computes one batch,
 * the next one gathers, so a lone text never waits and a busy server works on full batches.
 *
 * The queue is first come, first served, save that texts behind one that no longer fits may fill up the batch;
 * a text is overtaken in this way by one batch at most, so that a long text cannot starve.
 */
export class Batcher {
  #queue: Entry[] = [];
  #alone: (() => Promise<void>)[] = [];
  #running = false;

  constructor(readonly options: BatcherOptions) {}

  /** Number of texts that wait for a batch. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Queues a text. It is dropped if `signal` aborts before its batch begins. */
  submit(text: BatchedText, signal?: AbortSignal): Promise<Inference> {
    const { promise, resolve, reject } = Promise.withResolvers<Inference>();
    const tokens = tokensOf(text);
    this.#queue.push({ text, tokens, signal, since: performance.now(), overtaken: false, resolve, reject });
    if (!this.#running) this.#run();
    return promise;
  }

  /**
   * Queues work on the model that is no batch. It takes turns with batches, one of either, and is dropped if `signal`
   * aborts before it begins.
   */
  runAlone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#alone.push(async () => {
      if (signal?.aborted) return reject(clientClosed());
      await work().then(
        resolve,
        (cause) => reject(new RequestError("Backend", "inference failed", { cause })),
      );
    });
    if (!this.#running) this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    await Promise.resolve(); // lets the other texts of the same request join the first batch
    while (this.#queue.length || this.#alone.length) {
      const batch = this.#takeBatch();
      if (batch.length) await this.#infer(batch);
      await this.#alone.shift()?.();
    }
    this.#running = false;
  }

  #takeBatch(): Entry[] {
    const batch: Entry[] = [];
    const left: Entry[] = [];
    let tokens = 0;
    let closed = false;
    for (const entry of this.#queue) {
      if (entry.signal?.aborted) {
        entry.reject(clientClosed());
        continue;
      }
      const fits = batch.length === 0 || tokens + entry.tokens <= this.options.maxBatchTokens;
      if (fits && !closed) {
        batch.push(entry);
        tokens += entry.tokens;
        continue;
      }
      left.push(entry);
      if (entry.overtaken) closed = true;
      else if (!closed) entry.overtaken = true;
    }
    this.#queue = left;
    if (batch.length) this.options.onBatch?.({ size: batch.length, tokens, waiting: left.length });
    return batch;
  }

  async #infer(batch: Entry[]): Promise<void> {
    const { classes, maxBatchTokens } = this.options;
    const start = performance.now();
    try {
      const { logits, read = [] } = await this.options.infer(batch.map(({ text }) => text), maxBatchTokens);
      const rows = batch.length - read.filter((of) => of instanceof Error).length;
      if (logits.length !== rows * classes) {
        throw new RangeError(`Cannot split ${logits.length} logits into ${rows} rows of ${classes}`);
      }
      const inferenceMs = performance.now() - start;
      let from = 0;
      batch.forEach(({ text, since, ...entry }, i) => {
        const counts = "ids" in text ? { tokens: text.ids.length, totalTokens: text.totalTokens } : read[i];
        if (counts === undefined) {
          throw new TypeError("Cannot tell how many tokens a text had: nobody counted");
        }
        if (counts instanceof Error) {
          return entry.reject(new RequestError("Tokenizer", "tokenization failed", { cause: counts }));
        }
        const row = logits.slice(from, from += classes);
        if (row.every(Number.isFinite)) {
          entry.resolve({ logits: row, read: counts, queueMs: start - since, inferenceMs });
        } else {
          // JSON would turn NaN into null
          entry.reject(new RequestError("Backend", "model gave a score that is not a finite number"));
        }
      });
    } catch (error) {
      const failure = new RequestError("Backend", "inference failed", { cause: error });
      for (const entry of batch) entry.reject(failure);
    }
  }
}

function tokensOf(text: BatchedText): number {
  if ("ids" in text) return text.ids.length;
  const { input, options } = text;
  const characters = input.text.length + (input.textPair?.length ?? 0);
  return Math.min(options.maxTokens, SPECIAL_TOKENS + Math.ceil(characters / CHARACTERS_PER_TOKEN));
}

const clientClosed = () => new RequestError("ClientClosed", "client closed the connection");

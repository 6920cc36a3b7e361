import { type BatchedText, Batcher, type Inference } from "./batcher.ts";
import type { Classifier, EncodeOptions, Encoding, TextInput, TruncationDirection } from "./classifier.ts";
import { RequestError } from "./errors.ts";
import type { Limits, Permits } from "./limits.ts";
import type { ServerMetrics, Timings } from "./metrics.ts";

// A text can hold no more than this many characters a token and still matter to the model (as in
// text-embeddings-inference): the rest is cut before it costs time in the tokenizer
const MAX_CHARACTERS_PER_TOKEN = 250;

/** How a request wants its texts read; `truncate` undefined leaves it to the server and the model. */
export interface PredictOptions {
  truncate?: boolean | null;
  truncationDirection?: TruncationDirection;
  /** Whether the client sent a list, for the metrics. */
  batch: boolean;
  signal?: AbortSignal;
}

/** The answer for one text, before a wire format is chosen. */
export interface Prediction {
  readonly logits: Float32Array;
  /** The model's own scores. */
  readonly scores: ArrayLike<number>;
  /** Tokens that the model read. */
  readonly tokens: number;
  readonly truncated: boolean;
}

/** The answers of a request, in the order of its texts, and what they cost. */
export interface Outcome {
  readonly predictions: readonly Prediction[];
  readonly characters: number;
  /** The stages are means over the texts. */
  readonly timings: Timings;
}

/** A text without what is too far from its beginning, or end, to matter. */
interface GuardedInput {
  readonly input: TextInput;
  readonly cut: boolean;
}

/** How the texts of a request are to be read. */
type ReadOptions = Omit<PredictOptions, "batch">;

/** From texts to logits for one model: limits, tokenizer, batches, metrics. */
export class Predictor {
  readonly batcher: Batcher;
  /** Most tokens of a text: what the model can read, or a whole batch if that is less. */
  readonly maxInputTokens: number;

  constructor(
    readonly classifier: Classifier,
    readonly limits: Limits,
    readonly permits: Permits,
    readonly metrics: ServerMetrics,
  ) {
    const { id, maxTokens, labels } = classifier.info;
    if (!limits.autoTruncate && maxTokens > limits.maxBatchTokens) {
      throw new RangeError(
        `Cannot serve "${id}" without truncation: it reads ${maxTokens} tokens, a batch holds ${limits.maxBatchTokens}; ` +
          `raise maxBatchTokens or allow truncation`,
      );
    }
    this.maxInputTokens = Math.min(maxTokens, limits.maxBatchTokens);
    this.batcher = new Batcher({
      infer: async (...batch) => {
        const inferred = await classifier.infer(...batch);
        const memory = classifier.memory?.();
        if (memory) {
          metrics.liveBuffers.set(memory.buffers, { model: id });
          metrics.liveBytes.set(memory.bytes, { model: id });
        }
        return inferred;
      },
      classes: labels.length,
      maxBatchTokens: limits.maxBatchTokens,
      onBatch: ({ size, tokens, waiting }) => {
        metrics.batchSize.observe(size);
        metrics.batchTokens.observe(tokens);
        metrics.queueSize.set(waiting);
      },
    });
  }

  async predict(inputs: readonly TextInput[], options: PredictOptions): Promise<Outcome> {
    const { metrics } = this;
    const method = options.batch ? "batch" : "single";
    metrics.requestCount.add(1, { method });
    if (inputs.length === 0) throw new RequestError("Empty", "`inputs` cannot be empty");
    this.checkBatchSize(inputs.length);

    using _permits = this.permits.take(inputs.length);
    metrics.predictCount.add(inputs.length);
    const start = performance.now();
    const guarded = inputs.map((input) => this.#guard(input, options));
    const texts = await this.#read(guarded.map(({ input }) => input), options);
    const tokenizationMs = (performance.now() - start) / inputs.length;
    const waiting = texts.map((text) => this.batcher.submit(text, options.signal));
    metrics.queueSize.set(this.batcher.waiting);
    const inferences = await allOrFirstError(waiting); // permits are held until the last text has left the model

    for (const { read: { tokens, totalTokens } } of inferences) {
      this.#refuseLong(totalTokens, options);
      metrics.inputLength.observe(tokens);
    }
    const totalMs = performance.now() - start;
    for (const { queueMs, inferenceMs } of inferences) {
      metrics.predict.observe({ totalMs, tokenizationMs, queueMs, inferenceMs });
    }
    const timings = {
      totalMs,
      tokenizationMs,
      queueMs: mean(inferences.map((i) => i.queueMs)),
      inferenceMs: mean(inferences.map((i) => i.inferenceMs)),
    };
    metrics.request.observe(timings);
    metrics.predictSuccess.add(inputs.length);
    metrics.requestSuccess.add(1, { method });
    return {
      predictions: inferences.map(({ logits, read: { tokens, totalTokens } }, i) => ({
        logits,
        scores: this.#score(logits),
        tokens,
        truncated: guarded[i].cut || totalTokens > tokens,
      })),
      characters: guarded.reduce((sum, { input }) => sum + charactersOf(input), 0),
      timings,
    };
  }

  /** Refuses more texts than one request may hold. */
  checkBatchSize(size: number): void {
    const { maxClientBatchSize } = this.limits;
    if (size <= maxClientBatchSize) return;
    throw new RequestError(
      "Validation",
      `batch size ${size} > maximum allowed batch size ${maxClientBatchSize}`,
    );
  }

  /**
   * Token ids of a text, cut to `maxInputTokens`, and the text without what was cut off before it was tokenized.
   *
   * @throws {RequestError} If it is too long and may not be cut.
   */
  async encode(
    given: TextInput,
    options: ReadOptions,
  ): Promise<{ input: TextInput; encoding: Encoding; truncated: boolean }> {
    const { input, cut } = this.#guard(given, options);
    const [encoding] = await this.#encode([input], options);
    this.metrics.inputLength.observe(encoding.ids.length);
    return { input, encoding, truncated: cut || encoding.totalTokens > encoding.ids.length };
  }

  #mayCut({ truncate }: ReadOptions): boolean {
    return truncate ?? (this.limits.autoTruncate && this.classifier.info.longText === "truncate");
  }

  #guard({ text, textPair }: TextInput, options: ReadOptions): GuardedInput {
    const limit = this.maxInputTokens * MAX_CHARACTERS_PER_TOKEN;
    let cut = false;
    const guard = (text: string) => {
      if (text.length <= limit) return text.toWellFormed(); // a lone surrogate cannot be tokenized
      if (!this.#mayCut(options)) throw tooLong(limit, "characters", text.length);
      cut = true;
      return (options.truncationDirection === "left" ? text.slice(-limit) : text.slice(0, limit))
        .toWellFormed();
    };
    return {
      input: { text: guard(text), textPair: textPair === undefined ? undefined : guard(textPair) },
      cut,
    };
  }

  /** The texts as they go into a batch: the short ones unread, which saves them a way. */
  async #read(inputs: readonly TextInput[], options: ReadOptions): Promise<BatchedText[]> {
    const { unreadCharacters = -1 } = this.classifier;
    const isShort = ({ text, textPair = "" }: TextInput) => text.length + textPair.length <= unreadCharacters;
    const long = inputs.filter((input) => !isShort(input));
    const encodings = long.length === 0 ? [] : await this.#encode(long, options);
    const unread = this.#encodeOptions(options);
    let next = 0;
    return inputs.map((input) => isShort(input) ? { input, options: unread } : encodings[next++]);
  }

  async #encode(inputs: readonly TextInput[], options: ReadOptions): Promise<Encoding[]> {
    const { classifier } = this;
    const { signal } = options;
    const encodeOptions = this.#encodeOptions(options);
    const encodings = await tokenizing(() => classifier.encode(inputs, encodeOptions, signal), signal);
    for (const { totalTokens } of encodings) this.#refuseLong(totalTokens, options);
    return encodings;
  }

  #encodeOptions(options: ReadOptions): EncodeOptions {
    const { truncationDirection = "right" } = options;
    return { maxTokens: this.maxInputTokens, truncationDirection, countAll: !this.#mayCut(options) };
  }

  #refuseLong(totalTokens: number, options: ReadOptions): void {
    const { maxInputTokens } = this;
    if (totalTokens > maxInputTokens && !this.#mayCut(options)) {
      throw tooLong(maxInputTokens, "tokens", totalTokens);
    }
  }

  #score(logits: Float32Array): ArrayLike<number> {
    const scores = this.classifier.scores(logits);
    if (Array.from(scores).every(Number.isFinite)) return scores;
    throw new RequestError("Backend", "model gave a score that is not a finite number");
  }
}

/** Does `work`, whose errors are those of the tokenizer. */
export async function tokenizing<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (signal?.aborted) throw new RequestError("ClientClosed", "client closed the connection");
    throw new RequestError("Tokenizer", "tokenization failed", { cause });
  }
}

function tooLong(limit: number, unit: string, given: number): RequestError {
  const message = `Input validation error: \`inputs\` must have less than ${limit} ${unit}. Given: ${given}`;
  return new RequestError("Validation", message); // the words of text-embeddings-inference, which clients match
}

async function allOrFirstError(promises: Promise<Inference>[]): Promise<Inference[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function charactersOf({ text, textPair = "" }: TextInput): number {
  return countCodePoints(text) + countCodePoints(textPair);
}

function countCodePoints(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xdc00 && unit <= 0xdfff) n--; // second half of a pair: the text is well-formed
  }
  return n;
}

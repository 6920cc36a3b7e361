import type { OpenOptions } from "@taxon/app-shared";
import type { ExplainOptions } from "@taxon/classifier";
import type { InferredBatch, UnreadText } from "@taxon/serving";
import type { MemoryUse } from "@taxon/tensor";
import type { SentText } from "./sent_text.ts";
import type { Explanation } from "@taxon/decision";
import { AskedWorker } from "./asked_worker.ts";
import type { WorkerReply, WorkerRequest } from "./model_worker.ts";

/** What {@linkcode ModelThread.open} learned of its model. */
export type OpenedModel = Omit<WorkerReply & { kind: "opened" }, "kind">;

/** A model in a thread of its own. */
export class ModelThread implements Disposable {
  readonly #worker = new AskedWorker<WorkerRequest, WorkerReply>(
    new URL("./model_worker.ts", import.meta.url),
    "the model",
  );
  #memory: MemoryUse = { buffers: 0, bytes: 0, pooledBytes: 0 };

  private constructor() {}

  /** @throws {Error} If the model cannot be loaded. */
  static async open(
    folder: string,
    options: OpenOptions,
  ): Promise<{ thread: ModelThread; opened: OpenedModel }> {
    const thread = new ModelThread();
    try {
      const opened = await thread.#ask({ kind: "open", folder, options });
      if (opened.kind !== "opened") {
        throw new Error(`Cannot open a model: its thread answered ${opened.kind}`);
      }
      thread.#memory = opened.memory;
      return { thread, opened };
    } catch (error) {
      thread[Symbol.dispose]();
      throw error;
    }
  }

  /** False once the thread has ended by itself, or its device was lost. */
  get alive(): boolean {
    return this.#worker.alive;
  }

  /** What the model's backend held after the last batch. */
  get memory(): MemoryUse {
    return this.#memory;
  }

  /** Computes a batch, at most so many tokens at once; one call at a time. */
  async infer(batch: readonly (SentText | UnreadText)[], maxBatchTokens: number): Promise<InferredBatch> {
    const texts = batch.map((text) =>
      "ids" in text ? { ids: text.ids, typeIds: text.typeIds, ngrams: text.ngrams } : text
    );
    const reply = await this.#ask({ kind: "infer", texts, maxBatchTokens });
    if (reply.kind !== "inferred") throw new Error(`Cannot infer: the model's thread answered ${reply.kind}`);
    this.#memory = reply.memory;
    return reply.batch;
  }

  /** Explains a text; one call at a time, of this or of `infer`. */
  async explain(input: { text: string; textPair?: string }, options: ExplainOptions): Promise<Explanation> {
    const reply = await this.#ask({ kind: "explain", input, options });
    if (reply.kind !== "explanation") {
      throw new Error(`Cannot explain: the model's thread answered ${reply.kind}`);
    }
    this.#memory = reply.memory;
    return reply.explanation;
  }

  [Symbol.dispose](): void {
    this.#worker[Symbol.dispose]();
  }

  async #ask(request: WorkerRequest): Promise<WorkerReply> {
    const reply = await this.#worker.ask(request);
    if (reply.kind !== "failed") return reply;
    const error = new Error(reply.lost ? `${reply.message}: restart the server` : reply.message);
    if (reply.lost) this.#worker.lose(error);
    throw error;
  }
}

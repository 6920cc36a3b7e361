import type { EncodedText } from "@taxon/model";
import type { OpenOptions } from "@taxon/app-shared";
import type { ExplainOptions } from "@taxon/classifier";
import type { MemoryUse } from "@taxon/tensor";
import type { Explanation } from "@taxon/visualization";
import type { WorkerReply, WorkerRequest } from "./model_worker.ts";

/** What {@linkcode ModelThread.open} learned of its model. */
export type OpenedModel = Omit<WorkerReply & { kind: "opened" }, "kind">;

/** A model in a thread of its own. */
export class ModelThread implements Disposable {
  readonly #worker: Worker;
  #pending?: PromiseWithResolvers<WorkerReply>;
  #lost?: Error;
  #memory: MemoryUse = { buffers: 0, bytes: 0, pooledBytes: 0 };

  private constructor() {
    this.#worker = new Worker(new URL("./model_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => this.#pending?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#lost = new Error(`Cannot go on with the model: its thread ended: ${event.message}`);
      this.#pending?.reject(this.#lost);
    };
  }

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
    return this.#lost === undefined;
  }

  /** What the model's backend held after the last batch. */
  get memory(): MemoryUse {
    return this.#memory;
  }

  /** Logits of a batch, row-major [texts, labels]; one call at a time. */
  async infer(texts: EncodedText[]): Promise<Float32Array> {
    const reply = await this.#ask({ kind: "infer", texts });
    if (reply.kind !== "logits") throw new Error(`Cannot infer: the model's thread answered ${reply.kind}`);
    this.#memory = reply.memory;
    return reply.logits;
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
    this.#worker.terminate();
  }

  async #ask(request: WorkerRequest): Promise<WorkerReply> {
    if (this.#lost) throw this.#lost;
    if (this.#pending) throw new Error("Cannot ask the model's thread: it has not answered yet");
    this.#pending = Promise.withResolvers();
    try {
      this.#worker.postMessage(request);
      const reply = await this.#pending.promise;
      if (reply.kind !== "failed") return reply;
      if (reply.lost) throw this.#lost = new Error(`${reply.message}: restart the server`);
      throw new Error(reply.message);
    } finally {
      this.#pending = undefined;
    }
  }
}

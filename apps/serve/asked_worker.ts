import { type Transferable, Worker } from "node:worker_threads";

/** A worker that answers one question after the other. */
export class AskedWorker<Question, Answer> implements Disposable {
  readonly #worker: Worker;
  readonly #name: string;
  #pending?: PromiseWithResolvers<Answer>;
  #lost?: Error;

  /**
   * @param name What ends if the worker does, for messages.
   * @param youngMegabytes Most memory for objects that are new: less of it costs time, but not less than is freed again.
   */
  constructor(url: URL, name: string, youngMegabytes?: number) {
    this.#name = name;
    this.#worker = new Worker(url, {
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    this.#worker.on("message", (answer: Answer) => this.#pending?.resolve(answer));
    this.#worker.on("error", ({ message }: Error) => {
      this.lose(new Error(`Cannot go on with ${name}: its thread ended: ${message}`));
    });
  }

  /** False once the worker has ended by itself, or was given up. */
  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** Asks; one question at a time. */
  async ask(question: Question, transfer: Transferable[] = []): Promise<Answer> {
    if (this.#lost) throw this.#lost;
    if (this.#pending) throw new Error(`Cannot ask the thread of ${this.#name}: it has not answered yet`);
    this.#pending = Promise.withResolvers();
    try {
      this.#worker.postMessage(question, transfer);
      return await this.#pending.promise;
    } finally {
      this.#pending = undefined;
    }
  }

  /** Gives the worker up: this and every later question is answered with the error. */
  lose(error: Error): void {
    this.#lost = error;
    this.#pending?.reject(error);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

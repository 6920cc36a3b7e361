import { AskedWorker } from "./asked_worker.ts";
import { JobQueue } from "./job_queue.ts";
import type { TokenizerJob, TokenizerReply, TokenizerRequest, TokenizerResult } from "./tokenizer_worker.ts";

/** What {@linkcode TokenizerThread.open} learned of its model. */
export type OpenedTokenizer = Omit<TokenizerReply & { kind: "opened" }, "kind">;

interface Waiting {
  readonly job: TokenizerJob;
  readonly size: number;
  readonly signal?: AbortSignal;
  resolve(result: TokenizerResult): void;
  reject(error: unknown): void;
}

/** Long texts make many small objects: unbounded, V8 grants them 67 MB, and what it has granted it keeps. */
const YOUNG_MEGABYTES = 8;

/** The tokenizer of a model in a thread of its own. */
export class TokenizerThread implements Disposable {
  readonly #worker = new AskedWorker<TokenizerRequest, TokenizerReply>(
    new URL("./tokenizer_worker.ts", import.meta.url),
    "the tokenizer",
    YOUNG_MEGABYTES,
  );
  readonly #queue = new JobQueue<Waiting>();
  #running = false;

  private constructor() {}

  /** @throws {Error} If config or tokenizer cannot be loaded. */
  static async open(folder: string): Promise<{ thread: TokenizerThread; opened: OpenedTokenizer }> {
    const thread = new TokenizerThread();
    try {
      const opened = await thread.#worker.ask({ kind: "open", folder });
      if (opened.kind === "failed") throw new Error(opened.message);
      if (opened.kind !== "opened") {
        throw new Error(`Cannot open a tokenizer: its thread said ${opened.kind}`);
      }
      return { thread, opened };
    } catch (error) {
      thread[Symbol.dispose]();
      throw error;
    }
  }

  /** False once the thread has ended by itself. */
  get alive(): boolean {
    return this.#worker.alive;
  }

  /**
   * Does the jobs of one request; other requests are done between them.
   *
   * @param signal Whether they are still wanted.
   */
  do<Kind extends TokenizerJob["kind"]>(
    jobs: readonly (TokenizerJob & { kind: Kind })[],
    signal?: AbortSignal,
  ): Promise<(TokenizerResult & { kind: Kind })[]> {
    return Promise.all(jobs.map(async (job) => {
      const result = await this.#submit(job, signal);
      if (result.kind === "failed") throw new Error(result.message);
      return result as TokenizerResult & { kind: Kind };
    }));
  }

  [Symbol.dispose](): void {
    this.#worker[Symbol.dispose]();
  }

  #submit(job: TokenizerJob, signal?: AbortSignal): Promise<TokenizerResult> {
    const { promise, resolve, reject } = Promise.withResolvers<TokenizerResult>();
    this.#queue.add({ job, size: sizeOf(job), signal, resolve, reject });
    if (!this.#running) this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    await Promise.resolve(); // lets the other texts of the same turn join
    while (this.#queue.length > 0) {
      for (const { reject } of this.#queue.takeUnwanted()) reject(new Error("the client has gone"));
      const batch = this.#queue.take();
      if (batch.length > 0) await this.#work(batch);
    }
    this.#running = false;
  }

  async #work(batch: readonly Waiting[]): Promise<void> {
    try {
      const reply = await this.#worker.ask({ kind: "work", jobs: batch.map(({ job }) => job) });
      if (reply.kind !== "done") throw new Error(`Cannot tokenize: the thread said ${reply.kind}`);
      batch.forEach(({ resolve }, i) => resolve(reply.results[i]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

function sizeOf(job: TokenizerJob): number {
  if (job.kind === "decode") return job.ids.length;
  if (job.kind === "tokenize") return job.text.length;
  return job.input.text.length + (job.input.textPair?.length ?? 0);
}

import { type Explainer, ExplainError, type Reply } from "@taxon/visualization/page";
import type { ExplainRequest } from "@taxon/decision";
import type { Asked, Questions, Told, TrainProgress } from "../questions.ts";

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  onProgress?: (progress: TrainProgress) => void;
}

/** Asks the worker that holds the model. */
export class WorkerClient implements Explainer {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /** @param source The worker's script. */
  constructor(source: string) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data);
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`Cannot compute: the worker failed: ${message || "its script was refused"}`));
      }
      this.#waiting.clear();
    };
  }

  /**
   * Asks one question; the worker answers them in the order in which they come.
   *
   * @param onProgress Called with each step of a training.
   * @throws {Error} If the worker could not do it.
   */
  ask<Kind extends keyof Questions>(
    kind: Kind,
    question: Questions[Kind]["question"],
    onProgress?: (progress: TrainProgress) => void,
  ): Promise<Questions[Kind]["answer"]> {
    const asked: Asked = { id: this.#asked++, kind, question };
    return new Promise((resolve, reject) => {
      this.#waiting.set(asked.id, { resolve: resolve as (answer: unknown) => void, reject, onProgress });
      this.#worker.postMessage(asked);
    });
  }

  async explain(request: ExplainRequest, signal: AbortSignal): Promise<Reply> {
    try {
      return { explanation: await this.ask("explain", request), bytes: 0 };
    } catch (error) {
      throw new ExplainError(0, (error as Error).message);
    } finally {
      signal.throwIfAborted();
    }
  }

  #hear(told: Told): void {
    const waiting = this.#waiting.get(told.id)!;
    if ("progress" in told) return waiting.onProgress?.(told.progress);
    this.#waiting.delete(told.id);
    if ("error" in told) waiting.reject(new Error(told.error));
    else waiting.resolve(told.answer);
  }
}

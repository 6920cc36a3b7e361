import type { CaseContext } from "./context.ts";

/** One promise of the backend contract. */
export interface ConformanceCase {
  /** What is tested and how, e.g. `layerNorm/affine gradient`; unique. */
  readonly name: string;
  /** Throws if the backend breaks the promise. */
  run(context: CaseContext): void | Promise<void>;
}

/** A broken promise; the message tells the values. */
export class ConformanceError extends Error {
  /** Always "ConformanceError". */
  override name = "ConformanceError";
}

/** Thrown by a case that does not concern this backend, e.g. a dtype that it does not store. */
export class NotApplicable extends Error {
  /** Always "NotApplicable". */
  override name = "NotApplicable";
}

import type { CaseContext } from "./context.ts";

/** One promise of the backend contract. */
export interface ConformanceCase {
  /** What is tested and how, e.g. `layerNorm/affine gradient`; unique. */
  readonly name: string;
  /** Throws if the backend breaks the promise. */
  run(context: CaseContext): void | Promise<void>;
}

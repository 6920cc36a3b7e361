import { decodeSafetensors, type SafetensorsTensor } from "@taxon/safetensors";
import { type Backend, keep, type Shape, type Tensor, tensor } from "@taxon/tensor";

/** What a recording says about itself; each kind of case has its own part of it. */
export interface CaseConfig {
  /** Batch, tokens, model, heads, head, feed-forward, classes, vocabulary, layers. */
  dims: Record<"B" | "T" | "d" | "h" | "hd" | "ff" | "C" | "V" | "L", number>;
  d?: number;
  heads?: number;
  head_dim?: number;
  embed_dim?: number;
  kdim?: number;
  vdim?: number;
  d_model?: number;
  feed_forward?: number;
  layers?: number;
  final_norm?: boolean;
  dk?: number;
  dv?: number;
  eps?: number;
  norm_first?: boolean;
  activation?: "relu" | "gelu";
  rope?: boolean;
  theta?: number;
  max_len?: number;
  ignore_index?: number;
  pooling?: "mean" | "cls";
  position?: string;
  loss?: string;
  label_smoothing?: number;
  adamw?: { lr: number; beta1: number; beta2: number; eps: number; weight_decay: number };
  schedule?: { steps: number; warmup: number };
  clip_grad_norm?: number;
  fragile?: string[];
  hashed?: Record<string, { shape: number[]; seed: number; scale: number }>;
}

/** One recorded file: names `in.*`, `param.*`, `out.*`, `grad.*` and `after.*`, as the golden README explains. */
export class GoldenCase implements Disposable {
  readonly config: CaseConfig;
  readonly #stored: ReadonlyMap<string, SafetensorsTensor>;
  readonly #errors: Record<string, { scale: number; torch32: number }>;
  readonly #uploaded = new Map<string, Tensor>();

  constructor(file: Uint8Array, readonly backend: Backend) {
    const { tensors, metadata } = decodeSafetensors(file);
    this.#stored = tensors;
    this.config = JSON.parse(metadata.config);
    this.#errors = JSON.parse(metadata.err ?? "{}");
  }

  has(name: string): boolean {
    return this.#stored.has(name);
  }

  /** Names that begin so, in the order of the file. */
  names(prefix: string): string[] {
    return [...this.#stored.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  shape(name: string): Shape {
    return this.#find(name).shape;
  }

  isFloat(name: string): boolean {
    return this.#find(name).dtype === "F32";
  }

  /** The elements on the host; masks come as integers. */
  values(name: string): Float32Array | Int32Array {
    const { dtype, bytes } = this.#find(name);
    const { buffer } = bytes.slice(); // aligned
    switch (dtype) {
      case "F32":
        return new Float32Array(buffer);
      case "I32":
        return new Int32Array(buffer);
      case "U8":
        return Int32Array.from(bytes);
    }
    throw new TypeError(`Cannot use ${name} of a golden file: ${dtype} is not one of F32, I32, U8`);
  }

  /** The same on the backend; uploaded once and freed with the case. */
  tensor(name: string): Tensor {
    let uploaded = this.#uploaded.get(name);
    if (uploaded === undefined) {
      uploaded = keep(tensor(this.values(name), this.shape(name), { backend: this.backend }));
      this.#uploaded.set(name, uploaded);
    }
    return uploaded;
  }

  /** `tensor(name)` if the file has it. */
  optional(name: string): Tensor | undefined {
    return this.has(name) ? this.tensor(name) : undefined;
  }

  /** Largest absolute value before it was rounded; absent for integers. */
  scale(name: string): number | undefined {
    return this.#errors[name]?.scale;
  }

  /** How far PyTorch in float32 is from the recorded value at its worst element. */
  torch32(name: string): number {
    return this.#errors[name]?.torch32 ?? 0;
  }

  [Symbol.dispose](): void {
    for (const uploaded of this.#uploaded.values()) uploaded.dispose();
  }

  #find(name: string): SafetensorsTensor {
    const found = this.#stored.get(name);
    if (found !== undefined) return found;
    throw new TypeError(`Cannot run the golden case: it lacks ${name}`);
  }
}

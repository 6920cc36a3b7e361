import type { Backend, DeviceBuffer, Operand, OutputSpec, Shape } from "./backend.ts";
import type { DType, HostArray } from "./dtype.ts";
import { DisposedError } from "./errors.ts";
import { adopt } from "./open_scopes.ts";
import { showShape } from "./shape.ts";

/** A buffer with the number of tensors that look at it; freed with the last one. */
class Storage {
  #references = 1;
  constructor(readonly backend: Backend, readonly buffer: DeviceBuffer) {}
  retain(): this {
    this.#references++;
    return this;
  }
  release(): void {
    if (--this.#references === 0) this.backend.free(this.buffer);
  }
}

let nextId = 0;

/**
 * An array of numbers on a backend: contiguous, row-major, immutable except through `assign` and optimiser steps.
 *
 * Ops are free functions (`add(x, y)`); a tensor itself can only be read, viewed in another shape and disposed.
 * Its memory is given back by `scope`, by `using`, or by `dispose()`.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { matmul, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using a = tensor([[1, 2], [3, 4]]);
 * using b = matmul(a, a);
 * assertEquals(await b.data(), Float32Array.of(7, 10, 15, 22));
 * ```
 */
export class Tensor implements Disposable {
  /** Distinguishes tensors, also two views of one buffer; gradients are kept by it. */
  readonly id: number = nextId++;
  /** `[]` for a scalar. */
  readonly shape: Shape;
  /** Element type. */
  readonly dtype: DType;
  #storage: Storage | undefined;

  private constructor(readonly backend: Backend, storage: Storage, spec: OutputSpec) {
    this.#storage = storage;
    this.shape = spec.shape;
    this.dtype = spec.dtype;
    adopt(this);
  }

  /** Takes over a buffer that the backend just made. For ops and creation functions. */
  static wrap(backend: Backend, buffer: DeviceBuffer, spec: OutputSpec): Tensor {
    return new Tensor(backend, new Storage(backend, buffer), spec);
  }

  /** Another tensor on the same buffer, by default of the same shape; the buffer lives until both are disposed. */
  alias(shape: Shape = this.shape): Tensor {
    return new Tensor(this.backend, this.#live("view").retain(), { shape, dtype: this.dtype });
  }

  /** The tensor as a backend sees it; throws DisposedError after `dispose()`. */
  operand(action = "use"): Operand {
    return { buffer: this.#live(action).buffer, shape: this.shape, dtype: this.dtype };
  }

  /** A copy of the elements in row-major order, after all queued work. */
  data<A extends HostArray = Float32Array>(): Promise<A> {
    return this.backend.read(this.operand("read")) as Promise<A>;
  }

  /** The same at once, on backends whose memory is the host's. */
  dataSync<A extends HostArray = Float32Array>(): A {
    return this.backend.readSync(this.operand("read")) as A;
  }

  /** Whether the memory was given back: every use of the tensor then throws DisposedError. */
  get disposed(): boolean {
    return this.#storage === undefined;
  }

  /** Gives the memory back, if no other view holds it; a second call does nothing. */
  dispose(): void {
    this.#storage?.release();
    this.#storage = undefined;
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #live(action: string): Storage {
    if (this.#storage !== undefined) return this.#storage;
    throw new DisposedError(
      `Cannot ${action} a ${this.dtype} tensor of shape ${showShape(this.shape)}: it was disposed; ` +
        `return it from its scope or keep() it`,
    );
  }
}

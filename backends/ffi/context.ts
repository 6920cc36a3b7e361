import {
  DeviceError,
  DisposedError,
  DTypeError,
  type MemoryUse,
  type Precision,
  ShapeError,
} from "@taxon/tensor";
import {
  type InstructionSet,
  instructionSets,
  type Library,
  methods,
  type Native,
  precisionCodes,
} from "./symbols.ts";

/** Options of a context. */
export interface ContextOptions {
  /** Threads that compute, 1 … 256; 0 for as many as the process may use at once. */
  readonly threads: number;
  /** Instructions that the kernels use; `best` takes the widest that the machine has. */
  readonly instructions: InstructionSet;
  /** In what linear layers multiply. */
  readonly precision: Precision;
  /** Most bytes of freed memory that are kept for reuse. */
  readonly poolBytes: number;
}

/** Classes of errors by status; see `native/src/error.rs`. */
const errorClasses = [Error, ShapeError, DTypeError, DeviceError, DisposedError, RangeError] as const;

/** In place of functions that are gone. */
const disposed = new Proxy({}, {
  get() {
    throw new DisposedError("Cannot use the ffi backend: it was disposed");
  },
}) as Native;

/** One backend's state in the library: its calls, with statuses turned into errors. */
export class Context implements Disposable {
  readonly #library: Library;
  /** The library's functions; after disposal they throw, as those of an unloaded library would end the process. */
  native: Native;
  /** Number of the context, the first argument of calls. */
  readonly id: number;
  /** Threads that compute; fewer than asked for where the system refuses them. */
  readonly threads: number;
  readonly instructions: InstructionSet;
  /** How linear layers multiply. */
  readonly method: typeof methods[number];

  /**
   * @param library Belongs to the context from here on.
   * @throws {DeviceError} If the machine lacks the instructions.
   */
  constructor(library: Library, { threads, instructions, precision, poolBytes }: ContextOptions) {
    this.#library = library;
    this.native = library.symbols;
    const code = instructionSets.indexOf(instructions);
    this.id = this.native.taxon_context_create(threads, code, precisionCodes[precision], poolBytes);
    if (this.id === 0) {
      const error = new DeviceError(this.#lastError());
      library.close();
      throw error;
    }
    const [count, used, method] = this.#facts();
    this.threads = count;
    this.instructions = instructionSets[used];
    this.method = methods[method];
  }

  /** Throws what a status stands for, if it is not 0. */
  check(status: number): void {
    if (status !== 0) throw new (errorClasses[status] ?? DeviceError)(this.#lastError());
  }

  /** A handle for a buffer of `bytes`, empty until an op writes it. */
  allocate(bytes: number): number {
    const handle = this.native.taxon_alloc(this.id, bytes);
    if (handle === 0) throw new DeviceError(this.#lastError());
    return handle;
  }

  /** Live and pooled memory. */
  memory(): MemoryUse {
    const [, , , buffers, bytes, pooledBytes] = this.#facts();
    return { buffers, bytes, pooledBytes };
  }

  /** Gives the context's threads and memory back, and unloads the library. */
  [Symbol.dispose](): void {
    this.check(this.native.taxon_context_free(this.id));
    this.native = disposed;
    this.#library.close();
  }

  #facts(): Float64Array {
    const facts = new Float64Array(6);
    this.check(this.native.taxon_context_facts(this.id, facts, facts.length));
    return facts;
  }

  #lastError(): string {
    const bytes = new Uint8Array(4096);
    const length = this.native.taxon_last_error(this.id, bytes, bytes.length);
    return new TextDecoder().decode(bytes.subarray(0, length));
  }
}

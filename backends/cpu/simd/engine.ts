import { type ArgumentSpec, engineHasFma, type Kernel } from "./assembler/module.ts";
import { Arena, MAXIMUM_PAGES } from "./arena.ts";
import { defineKernels, type Kernels } from "./kernels/mod.ts";
import { ThreadPool } from "./threads.ts";

/** Address of the arguments of the kernel that runs; kernels have at most 32. */
const ARGUMENTS = 64;
/** Address of number operands. */
const CONSTANTS = ARGUMENTS + 4 * 32;
/** First address of the arena. */
const ARENA = 256;
/** Elements below which a chunk (some 10 µs) is not worth a thread: waking one takes 2 µs if it spins, 40 µs if parked. */
const CHUNK_WORK = 32768;

/** WebAssembly memory, kernels and threads of one backend. */
export class Engine implements Disposable {
  readonly memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
  readonly arena = new Arena(this.memory, ARENA);
  readonly kernels: Kernels;
  readonly hasFma: boolean;
  readonly #pool: ThreadPool;
  readonly #integers = new Int32Array(this.memory.buffer);
  readonly #floats = new Float32Array(this.memory.buffer);

  /**
   * @param threads Threads that compute, the calling one included.
   * @param hasFma Whether kernels use relaxed fused multiply-add.
   */
  constructor(readonly threads: number, hasFma: boolean = engineHasFma()) {
    this.hasFma = hasFma;
    const { kernels, bytes } = assemble(hasFma);
    this.kernels = kernels;
    this.#pool = new ThreadPool(new WebAssembly.Module(bytes), this.memory, ARGUMENTS, threads);
  }

  /** Resolves once all threads take part. */
  get started(): Promise<unknown> {
    return this.#pool.started;
  }

  /**
   * Runs `units` units of a kernel, on several threads if that is worth it.
   *
   * @param unitWork About how many elements one unit computes (a multiply-add of a product counts 1/8).
   */
  run<Spec extends ArgumentSpec>(
    kernel: Kernel<Spec>,
    args: { readonly [K in keyof Spec]: number },
    units: number,
    unitWork: number,
  ): void {
    if (units === 0) return;
    let word = ARGUMENTS / 4;
    for (const key in kernel.spec) {
      (kernel.spec[key] === "f32" ? this.#floats : this.#integers)[word++] = args[key];
    }
    this.#pool.run(kernel.index, units, Math.max(1, Math.ceil(CHUNK_WORK / Math.max(1, unitWork))));
  }

  /** Keeps a number where kernels can read it as operand `slot`, until the next call for that slot. */
  constant(slot: number, value: number, dtype: "f32" | "i32"): number {
    const word = CONSTANTS / 4 + slot;
    (dtype === "f32" ? this.#floats : this.#integers)[word] = value;
    return 4 * word;
  }

  /** The f32 at `address`. */
  float(address: number): number {
    return new Float32Array(this.memory.buffer, address, 1)[0];
  }

  /** Calls `use` with the address of `bytes` bytes that live for the call. */
  scratch<T>(bytes: number, use: (address: number) => T): T {
    const address = this.arena.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.arena.release(address);
    }
  }

  /** Calls `use` with the address of a copy of `values` that lives for the call. */
  withIntegers<T>(values: ArrayLike<number>, use: (address: number) => T): T {
    return this.scratch(4 * values.length, (address) => {
      new Int32Array(this.memory.buffer, address, values.length).set(values);
      return use(address);
    });
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}

/** Whether this engine knows WebAssembly's shared memory and vectors; a browser may do so and hide SharedArrayBuffer. */
export function simdSupported(): boolean {
  return WebAssembly.validate(assemble(engineHasFma()).bytes);
}

const assembled = new Map<boolean, { kernels: Kernels; bytes: Uint8Array<ArrayBuffer> }>();

/** The kernels and their module, assembled once a process (some 30 ms). */
function assemble(hasFma: boolean): { kernels: Kernels; bytes: Uint8Array<ArrayBuffer> } {
  const known = assembled.get(hasFma);
  if (known) return known;
  const kernels = defineKernels(hasFma);
  const bytes = kernels.module.encode({ shared: true, maximumPages: MAXIMUM_PAGES });
  assembled.set(hasFma, { kernels, bytes });
  return { kernels, bytes };
}

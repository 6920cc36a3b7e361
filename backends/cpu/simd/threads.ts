import { DeviceError } from "@taxon/tensor";
import { type ComputingThread, startWorker } from "./start_worker.ts";
import { Control } from "./worker.ts";

/** Looks at the control block before parking: some 35 µs, the pause between two ops of a model. */
const SPINS = 5000;

/** A kernel of the module: computes units begin … end − 1 with the arguments at an address. */
type ExportedKernel = (args: number, begin: number, end: number) => void;

/** Runs kernels on the calling thread and on workers over one shared memory. */
export class ThreadPool implements Disposable {
  readonly #control: Int32Array;
  readonly #kernels: ExportedKernel[];
  readonly #workers: ComputingThread[];

  /**
   * @param module Exports the kernels.
   * @param memory Shared by all threads.
   * @param args Address of the arguments of the current kernel.
   * @param threads Threads that compute, the calling one included.
   */
  constructor(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    readonly args: number,
    threads: number,
  ) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory, thread: 0 } });
    this.#kernels = Object.values(exports) as ExportedKernel[];
    // A browser may hide SharedArrayBuffer; a single thread does without it.
    const Buffer = threads > 1 ? SharedArrayBuffer : ArrayBuffer;
    this.#control = new Int32Array(new Buffer(4 * Control.length));
    const shared = { module, memory, control: this.#control, args, words: Control, spins: SPINS };
    this.#workers = Array.from(
      { length: threads - 1 },
      (_, i) => startWorker({ ...shared, thread: i + 1 }),
    );
  }

  /** Resolves once all threads take part, which in browsers wants this one to be idle for a moment. */
  get started(): Promise<unknown> {
    return Promise.all(this.#workers.map(({ started }) => started));
  }

  /** Computes units 0 … `units`−1 of a kernel; threads take `chunk` units at a time, in any order. */
  run(kernel: number, units: number, chunk: number): void {
    const compute = this.#kernels[kernel];
    if (this.#workers.length === 0 || units <= chunk) return compute(this.args, 0, units);

    const control = this.#control;
    control[Control.kernel] = kernel;
    control[Control.end] = units;
    control[Control.chunk] = chunk;
    Atomics.store(control, Control.next, 0);
    Atomics.add(control, Control.job, 1); // open
    Atomics.notify(control, Control.job);
    for (let begin; (begin = Atomics.add(control, Control.next, chunk)) < units;) {
      compute(this.args, begin, Math.min(begin + chunk, units));
    }
    Atomics.add(control, Control.job, 1); // closed: a worker that wakes only now finds nothing to do
    this.#join();
  }

  /** Waits until no worker holds units. */
  #join(): void {
    const control = this.#control;
    for (let spin = 0; Atomics.load(control, Control.running) !== 0; spin++) {
      if (spin >= SPINS) Atomics.wait(control, Control.running, Atomics.load(control, Control.running) || -1);
    }
    if (Atomics.load(control, Control.failed) !== 0) {
      throw new DeviceError(
        "Cannot finish a kernel on the cpu: a worker thread failed; create the backend anew",
      );
    }
  }

  /** Ends the workers. */
  [Symbol.dispose](): void {
    Atomics.store(this.#control, Control.stop, 1);
    Atomics.add(this.#control, Control.job, 2);
    Atomics.notify(this.#control, Control.job);
    for (const worker of this.#workers) worker.terminate();
  }
}

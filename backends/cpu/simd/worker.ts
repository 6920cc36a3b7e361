/** Words of the control block that the threads share. */
export const Control = {
  /** Counts up when a job opens (odd) and when it closes (even). */
  job: 0,
  /** Next unit to compute. */
  next: 16, // on cache lines of their own: all threads write these two
  /** Threads that may hold units of the open job. */
  running: 32,
  kernel: 48,
  end: 49,
  chunk: 50,
  stop: 51,
  /** 1 after a kernel threw on a worker. */
  failed: 52,
  length: 64,
} as const;

/** What a worker needs; all of it is shared, nothing copied. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  readonly args: number;
  readonly thread: number;
  readonly words: typeof Control;
  readonly spins: number;
}

/**
 * The life of a worker: wait for a job, compute chunks of it, repeat. It is sent to the worker as source text, so it
 * uses nothing but its argument: a worker then needs no permission to read files.
 */
export function work({ module, memory, control, args, thread, words, spins }: WorkerData): void {
  type Kernel = (args: number, begin: number, end: number) => void;
  const { exports } = new WebAssembly.Instance(module, { env: { memory, thread } });
  const kernels = Object.values(exports) as Kernel[];
  for (let seen = 0; Atomics.load(control, words.stop) === 0;) {
    const job = Atomics.load(control, words.job);
    if (job === seen) {
      let spin = 0;
      while (spin < spins && Atomics.load(control, words.job) === seen) spin++;
      if (spin === spins) Atomics.wait(control, words.job, seen);
      continue;
    }
    seen = job;
    // Announced before the job is read: the calling thread changes the job only while nobody runs.
    Atomics.add(control, words.running, 1);
    if (Atomics.load(control, words.job) % 2 !== 0) {
      try {
        const kernel = kernels[control[words.kernel]];
        const end = control[words.end];
        const chunk = control[words.chunk];
        let begin: number;
        while ((begin = Atomics.add(control, words.next, chunk)) < end) {
          kernel(args, begin, Math.min(begin + chunk, end));
        }
      } catch {
        Atomics.store(control, words.failed, 1);
      }
    }
    if (Atomics.sub(control, words.running, 1) === 1) Atomics.notify(control, words.running);
  }
}

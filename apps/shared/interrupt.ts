/** The reason of an {@linkcode Interrupt}: the process ends with the exit code that shells expect. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor(readonly exitCode: number) {
    super("Stopped on request");
  }
}

/** The first Ctrl-C or SIGTERM, for commands with something to save before they end. */
export interface Interrupt {
  /** Aborts with {@linkcode Interrupted}, for what waits. */
  readonly signal: AbortSignal;
  /** Whether it has come; also true in a loop that never waits. */
  readonly requested: boolean;
  /** @throws {Interrupted} If it has come. */
  check(): void;
}

/**
 * Watches for Ctrl-C and SIGTERM: the first one is answered at once and noted, a second one ends the process at once.
 * A thread of its own does so, as the main one may compute for seconds without waiting. Commands that never call
 * this end at the first.
 */
export async function watchInterrupt(): Promise<Interrupt> {
  const controller = new AbortController();
  const exitCode = new Int32Array(new SharedArrayBuffer(4)); // 0 until a signal has come
  const worker = new Worker(new URL("./interrupt_worker.ts", import.meta.url), { type: "module" });
  const poll = () => {
    const code = Atomics.load(exitCode, 0);
    if (code !== 0 && !controller.signal.aborted) controller.abort(new Interrupted(code));
    return code !== 0;
  };
  await new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = ({ message }) => reject(new Error(`Cannot watch for Ctrl-C: ${message}`));
    worker.postMessage(exitCode);
  });
  worker.onmessage = poll;
  return {
    signal: controller.signal,
    get requested() {
      return poll();
    },
    check() {
      if (poll()) throw controller.signal.reason;
    },
  };
}

const DEADLINE_MS = 25_000; // Kubernetes kills after 30 s
const FLUSH_MS = 500;

/** What has to end before the process may. */
export interface Stoppable {
  /** Begins to refuse new requests; resolves when none is left. */
  drain(): Promise<void>;
  /** Resolves when the last replies have been read. */
  replied?(): Promise<void>;
  /** Resolves when the last lines of the log have been read. */
  logged(): Promise<void>;
  /** The threads of the models. */
  readonly threads: readonly Disposable[];
}

/**
 * Ends the process on SIGTERM, SIGINT, or when told, once all requests are answered: with 0 then, with 1 if some were
 * still running after 25 s.
 *
 * Under `deno serve`, Deno itself refuses new connections on SIGTERM and ends when nothing is left to do, which the
 * threads of the models would prevent; `Deno.exit` at the last reply would cut it off before it is on the wire.
 *
 * @returns Does the same as a signal.
 */
export function stopOnSignal({ drain, replied, logged, threads }: Stoppable): () => void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return; // a Ctrl-C reaches the launcher and the server, so that two signals are usual
    stopping = true;
    exitAfter(DEADLINE_MS, 1);
    await drain();
    for (const thread of threads) thread[Symbol.dispose]();
    await replied?.();
    await Promise.race([logged(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
    exitAfter(FLUSH_MS, 0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
  return stop;
}

/** Ends the process then, if it has not ended by itself. */
function exitAfter(ms: number, code: number): void {
  Deno.unrefTimer(setTimeout(() => Deno.exit(code), ms));
}

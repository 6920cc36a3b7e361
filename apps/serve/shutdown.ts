const DEADLINE_MS = 25_000; // Kubernetes kills after 30 s
const FLUSH_MS = 500;

/**
 * Ends the process on SIGTERM or SIGINT once all requests are answered: 0 then, 1 if some were still running after 25 s.
 *
 * On SIGTERM Deno itself refuses new connections and ends when nothing is left to do, which the threads of the models
 * would prevent; `Deno.exit` at the last reply would cut it off before it is on the wire. On SIGINT Deno does nothing
 * of the kind, so the process is ended after a moment.
 *
 * @param drain Resolves when no request is left.
 * @param threads Closed then.
 */
export function stopOnSignal(drain: () => Promise<void>, threads: readonly Disposable[]): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return; // a Ctrl-C reaches the launcher and the server, so that two signals are usual
    stopping = true;
    exitAfter(DEADLINE_MS, 1);
    await drain();
    for (const thread of threads) thread[Symbol.dispose]();
    exitAfter(FLUSH_MS, 0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}

/** Ends the process then, if it has not ended by itself. */
function exitAfter(ms: number, code: number): void {
  Deno.unrefTimer(setTimeout(() => Deno.exit(code), ms));
}

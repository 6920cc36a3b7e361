const DEADLINE_MS = 25_000; // Kubernetes kills after 30 s

/**
 * Ends the process on SIGTERM or SIGINT once all requests are answered: 0 then, 1 if some were still running after 25 s.
 * Deno has stopped listening on its own by then, but would wait for ever for a request that never ends.
 *
 * @param drain Resolves when no request is left.
 */
export function exitOnSignal(drain: () => Promise<void>): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return; // a Ctrl-C reaches the launcher and the server, so that two signals are usual
    stopping = true;
    const deadline = setTimeout(() => {
      console.error(`Stopping after ${DEADLINE_MS / 1000} s with requests unanswered`);
      Deno.exit(1);
    }, DEADLINE_MS);
    await drain();
    clearTimeout(deadline);
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}

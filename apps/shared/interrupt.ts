/** The reason of an {@linkcode interruptSignal}: the process ends with the exit code that shells expect. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor(readonly exitCode: number) {
    super("Stopped on request");
  }
}

/**
 * A signal that aborts on the first Ctrl-C or SIGTERM, for commands with something to save before they end. A second
 * one ends the process at once. Commands that never call this end at the first.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const listen = (name: Deno.Signal, exitCode: number) =>
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(exitCode);
      controller.abort(new Interrupted(exitCode));
    });
  listen("SIGINT", 130);
  if (Deno.build.os !== "windows") listen("SIGTERM", 143);
  return controller.signal;
}

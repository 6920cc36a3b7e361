/**
 * The thread of `watchInterrupt`: waits for Ctrl-C and SIGTERM. It gets the place for the exit code, and sends a
 * message when it listens and another when a signal has come.
 *
 * @module
 */

const port = self as unknown as Worker; // checked as a window's script, run as a worker's: both ends look alike
const listeners: [Deno.Signal, () => void][] = [];

function listen(signal: Deno.Signal, exitCode: number, place: Int32Array): void {
  const listener = () => {
    Atomics.store(place, 0, exitCode);
    // Without listeners the next signal ends the process, whatever the main thread is doing
    for (const [name, remove] of listeners) Deno.removeSignalListener(name, remove);
    port.postMessage("interrupted");
    // Printing comes last: a terminal that takes nothing must not keep the signal from acting
    const clearBar = Deno.stderr.isTerminal() ? "\r\x1b[J" : "";
    console.error(`${clearBar}stopping after this step; again to quit at once`);
  };
  listeners.push([signal, listener]);
  Deno.addSignalListener(signal, listener);
}

port.onmessage = ({ data: place }: MessageEvent<Int32Array>) => {
  listen("SIGINT", 130, place);
  if (Deno.build.os !== "windows") {
    listen("SIGTERM", 143, place);
    // Deno takes back that nohup ignores SIGHUP: what has no terminal must not end with one
    const attached = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
    if (!attached) Deno.addSignalListener("SIGHUP", () => {});
  }
  port.postMessage("listening");
};

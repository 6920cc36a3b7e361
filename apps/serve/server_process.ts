import { printError } from "@taxon/app-shared";
import type { Supervised } from "./supervise.ts";

/** A server that runs. */
export interface ServerProcess extends Supervised {
  /** Sends SIGTERM. */
  stop(): void;
}

/**
 * Starts a server that ends when this process does, however it ends: it reads its standard input, a pipe of ours, and
 * stops at its end. What it says on standard error is passed on, and tells when it listens.
 */
export function startServer(args: string[], env: Record<string, string>): ServerProcess {
  const child = new Deno.Command(Deno.execPath(), { args, env, stdin: "piped", stderr: "piped" }).spawn();
  const ready = Promise.withResolvers<number | undefined>();
  const passed = passOn(child.stderr, ready.resolve);
  const status = Promise.all([child.status, passed]).then(([status]) => status);
  status.finally(() => ready.resolve(undefined));
  return {
    status,
    ready: ready.promise,
    stop() {
      try {
        child.kill("SIGTERM");
      } catch { /* it has ended */ }
    },
  };
}

/** Passes on what the server says: until it listens in lines that fit the terminal, then its log as it is. */
async function passOn(stream: ReadableStream<Uint8Array>, onReady: (port: number) => void): Promise<void> {
  const decoder = new TextDecoder();
  let said = ""; // of a line that has not ended
  let ready = false;
  for await (const chunk of stream) {
    if (ready) {
      await writeAll(chunk);
      continue;
    }
    const lines = (said + decoder.decode(chunk, { stream: true })).split("\n");
    said = lines.pop()!;
    for (const line of lines) {
      printError(line);
      const port = /^Listening on http:\/\/\S+:(\d+)\/ /.exec(line)?.[1];
      if (port === undefined) continue;
      ready = true;
      onReady(Number(port));
    }
    if (ready) await writeAll(new TextEncoder().encode(said));
  }
  if (!ready && said !== "") printError(said);
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) {
      written += await Deno.stderr.write(bytes.subarray(written));
    }
  } catch { /* nobody reads it any more */ }
}

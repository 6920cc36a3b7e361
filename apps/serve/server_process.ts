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

async function passOn(stream: ReadableStream<Uint8Array>, onReady: (port: number) => void): Promise<void> {
  const decoder = new TextDecoder();
  let begun = "";
  let ready = false;
  for await (const chunk of stream) {
    await writeAll(chunk);
    if (ready) continue;
    begun += decoder.decode(chunk, { stream: true });
    const port = /^Listening on http:\/\/\S+:(\d+)\/ /m.exec(begun)?.[1];
    ready = port !== undefined;
    if (port !== undefined) onReady(Number(port));
  }
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) {
      written += await Deno.stderr.write(bytes.subarray(written));
    }
  } catch { /* nobody reads it any more */ }
}

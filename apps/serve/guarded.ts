/**
 * The server of `deno task serve`: `node:http` with limits for connections around the same handler as `main.ts`
 * (docs/decisions/019_connection_guard.md). Started by `launch.ts`, whose end it notices by its standard input.
 */
import { printError, runMain } from "@taxon/app-shared";
import type { ReadGauge } from "@taxon/serving";
import { inUrl, tryToListen } from "./address.ts";
import { readApiKey, requireKeyBeyondLoopback } from "./api_key.ts";
import { roomForDescriptors } from "./guard/descriptors.ts";
import { GUARD_LIMITS, GuardedServer } from "./guard/guarded_server.ts";
import { serveCommand } from "./options.ts";
import { listeningLine, metricsOnly, openService } from "./service.ts";
import { stopOnSignal } from "./shutdown.ts";

/** Descriptors besides connections: files of the model, pipes, the listeners. */
const RESERVED_DESCRIPTORS = 64;

await runMain(serveCommand, async ({ flags }) => {
  const { host, port, metricsPort } = flags;
  const apiKey = await readApiKey(flags);
  requireKeyBeyondLoopback(apiKey, host, flags.key);
  tryToListen({ hostname: host, port }, "port");
  if (metricsPort !== undefined) tryToListen({ hostname: host, port: metricsPort }, "metrics-port");

  const { handler, models, log } = await openService(flags, apiKey, gauges(() => server));
  const maxConnections = roomForDescriptors(flags.maxConnections, RESERVED_DESCRIPTORS);
  if (maxConnections < flags.maxConnections) {
    printError(
      `Warning: the limit of open files leaves room for ${maxConnections} connections, not ${flags.maxConnections}; ` +
        `raise it with ulimit -n`,
    );
  }
  const limits = { ...GUARD_LIMITS, maxConnections };
  const server = new GuardedServer(handler.fetch, limits);
  // node:http makes an error, and has its stack written out, for each request that a closed connection leaves: 0.1 ms
  // each, and 64 kB hold 1,600 of them. Errors of the models come from their threads without a stack anyway
  Error.stackTraceLimit = 0;
  const stop = stopOnSignal({
    drain() {
      server.stopListening();
      return handler.drain();
    },
    replied: () => server.flushed(),
    logged: () => log.flushed(),
    threads: models,
  });
  const opened = await server.listen(host, port);
  if (metricsPort !== undefined) {
    await new GuardedServer(metricsOnly(handler), { ...limits, maxConnections: 32 }).listen(
      host,
      metricsPort,
    );
    printError(`Metrics on port ${metricsPort}`);
  }
  printError(listeningLine(`http://${inUrl(host)}:${opened}`));
  for await (const _ of Deno.stdin.readable) { /* the launcher writes nothing; it ends with its process */ }
  stop();
  await new Promise(() => {}); // until then
});

function gauges(server: () => GuardedServer): ReadGauge[] {
  return [
    { name: "taxon_connections", help: "Open connections", read: () => server().connections.open },
    {
      name: "taxon_connections_closed_for_room",
      help: "Connections without work that were closed for newcomers",
      read: () => server().connections.closedForRoom,
    },
    {
      name: "taxon_unread_reply_bytes",
      help: "Bytes of replies that clients have not read",
      read: () => server().replies.bytes,
    },
    {
      name: "taxon_replies_cut_off",
      help: "Replies that were not read in time",
      read: () => server().replies.cut,
    },
  ];
}

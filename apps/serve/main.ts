/**
 * The server by hand: `deno serve --host 127.0.0.1 --allow-read --allow-env=API_KEY apps/serve/main.ts --model FOLDER`.
 * Deno opens the port when this module has run, so when the models are ready, and it alone knows the address and
 * handles the connections; `deno task serve` does more (`guarded.ts`).
 */
import {
  describeError,
  helpText,
  parseFlags,
  printError,
  terminalColumns,
  UsageError,
  version,
} from "@taxon/app-shared";
import { inUrl } from "./address.ts";
import { readApiKey, requireKeyBeyondLoopback } from "./api_key.ts";
import { mainCommand, type ServerOptions } from "./options.ts";
import { listeningLine, metricsOnly, openService } from "./service.ts";
import { stopOnSignal } from "./shutdown.ts";

const server: Deno.ServeDefaultExport = await start();
export default server;

async function start(): Promise<Deno.ServeDefaultExport> {
  if (Deno.args.includes("--help")) leave(0, helpText(mainCommand, terminalColumns(Deno.stdout)));
  if (Deno.args.includes("--version")) leave(0, version);
  return await orLeave(async () => {
    const address = Deno.args.find((arg) => /^--(host|port)\b/.test(arg));
    if (address) {
      throw new UsageError(`Cannot use ${address} here: it is Deno's, so write it before the module`);
    }
    return await createServer(parseFlags(Deno.args, mainCommand).flags);
  });
}

async function createServer(flags: ServerOptions): Promise<Deno.ServeDefaultExport> {
  const apiKey = await readApiKey(flags);
  const { handler, models, log } = await openService(flags, apiKey);
  stopOnSignal({ drain: handler.drain, logged: () => log.flushed(), threads: models });
  return {
    fetch: handler.fetch,
    onListen(address) { // comes before the first connection
      const { hostname, port } = address as Deno.NetAddr;
      orLeave(() => requireKeyBeyondLoopback(apiKey, hostname, flags.key));
      printError(
        "Note: deno serve has no time limits and no largest number of connections; deno task serve has both",
      );
      printError(listeningLine(`http://${inUrl(hostname)}:${port}`));
      if (flags.metricsPort === undefined) return;
      Deno.serve({
        hostname,
        port: flags.metricsPort,
        onListen: (address) => printError(`Metrics on port ${address.port}`),
        handler: metricsOnly(handler),
      }).unref(); // the process ends without waiting for it
    },
  };
}

/** Runs `work`; what it throws ends the process, in one line. */
function orLeave<T>(work: () => T): T {
  const fail = (error: unknown) =>
    leave((error as { exitCode?: number }).exitCode ?? 1, describeError(error));
  try {
    const result = work();
    return (result instanceof Promise ? result.catch(fail) : result) as T;
  } catch (error) {
    return fail(error);
  }
}

function leave(code: number, message: string): never {
  (code === 0 ? console.log : printError)(message);
  Deno.exit(code);
}

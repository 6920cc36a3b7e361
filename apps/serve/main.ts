/**
 * The server: `deno serve --allow-read apps/serve/main.ts --model FOLDER`, or `deno task serve --model FOLDER`, which
 * chooses address and permissions, too. Deno opens the port when this module has run, so when the models are ready.
 */
import { createHandler, type Page } from "@taxon/serving";
import { contentSecurityPolicy, renderPage } from "@taxon/visualization";
import {
  describeError,
  helpText,
  parseFlags,
  printError,
  terminalColumns,
  UsageError,
  version,
} from "@taxon/app-shared";
import { readApiKey } from "./api_key.ts";
import { mainCommand, readModelSources, type ServerOptions } from "./options.ts";
import { logError, logRequest } from "./request_log.ts";
import { openServedModel, type ServedModel } from "./served_model.ts";
import { stopOnSignal } from "./shutdown.ts";

const server: Deno.ServeDefaultExport = await start();
export default server;

async function start(): Promise<Deno.ServeDefaultExport> {
  if (Deno.args.includes("--help")) leave(0, helpText(mainCommand, terminalColumns(Deno.stdout)));
  if (Deno.args.includes("--version")) leave(0, version);
  try {
    const address = Deno.args.find((arg) => /^--(host|port)\b/.test(arg));
    if (address) {
      throw new UsageError(`Cannot use ${address} here: it is Deno's, so write it before the module`);
    }
    return await createServer(parseFlags(Deno.args, mainCommand).flags);
  } catch (error) {
    return leave((error as { exitCode?: number }).exitCode ?? 1, describeError(error));
  }
}

async function createServer(flags: ServerOptions): Promise<Deno.ServeDefaultExport> {
  const apiKey = await readApiKey(flags);
  const { backend, threads, precision } = flags;
  const models: ServedModel[] = [];
  for (const source of readModelSources(flags.model)) { // one at a time: loading needs memory twice
    const model = await openServedModel(source, { backend, threads, precision });
    printError(describe(model));
    models.push(model);
  }
  const handler = createHandler(models.map(({ classifier }) => classifier), {
    limits: flags,
    apiKey,
    corsAllowOrigin: flags.corsAllowOrigin,
    version: version.split(" ")[1],
    page: flags.ui ? visualizer() : undefined,
    onRequest: (record) => logRequest(record, { json: flags.jsonLogs }),
    onError: logError,
  });
  stopOnSignal(handler.drain, models);
  return {
    fetch: handler.fetch,
    onListen(address) {
      const { hostname, port } = address as Deno.NetAddr;
      const host = hostname.includes(":") ? `[${hostname}]` : hostname;
      console.error(`Listening on http://${host}:${port}/ with the API described at /docs`);
      if (flags.metricsPort !== undefined) serveMetrics(handler.metrics, hostname, flags.metricsPort);
    },
  };
}

/** The page at `/`, which asks `/v1/explain` of the server that it came from. */
function visualizer(): Page {
  const data = { fetchUrl: "v1/explain" };
  return { html: renderPage(data), contentSecurityPolicy: contentSecurityPolicy(data) };
}

function describe({ classifier: { info }, opened }: ServedModel): string {
  const parameters = opened.parameters.toLocaleString("en-US");
  return `Model ${info.id}: ${parameters} parameters, ${info.labels.length} labels, ${opened.summary}`;
}

function serveMetrics(metrics: () => string, hostname: string, port: number): void {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  const server = Deno.serve({
    hostname,
    port,
    onListen: (address) => console.error(`Metrics on port ${address.port}`),
    handler: (request) =>
      new URL(request.url).pathname === "/metrics"
        ? new Response(metrics(), { headers })
        : new Response(null, { status: 404 }),
  });
  server.unref(); // the process ends without waiting for it
}

function leave(code: number, message: string): never {
  (code === 0 ? console.log : printError)(message);
  Deno.exit(code);
}

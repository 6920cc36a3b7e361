import { createHandler, type Handler, type Page, type ReadGauge } from "@taxon/serving";
import { contentSecurityPolicy, renderPage } from "@taxon/visualization";
import { printError, version } from "@taxon/app-shared";
import type { ServerOptions } from "./options.ts";
import { readModelSources } from "./options.ts";
import { RequestLog } from "./request_log.ts";
import { openServedModel, type ServedModel } from "./served_model.ts";

/** What answers requests, whoever listens. */
export interface Service {
  readonly handler: Handler;
  readonly models: readonly ServedModel[];
  readonly log: RequestLog;
}

/**
 * Opens the models and puts the handler before them.
 *
 * @param gauges What the listener counts.
 */
export async function openService(
  flags: ServerOptions,
  apiKey: string | undefined,
  gauges: readonly ReadGauge[] = [],
): Promise<Service> {
  const { backend, threads, precision } = flags;
  const models: ServedModel[] = [];
  for (const source of readModelSources(flags.model)) { // one at a time: loading needs memory twice
    const model = await openServedModel(source, { backend, threads, precision });
    printError(describe(model));
    models.push(model);
  }
  const log = new RequestLog({ json: flags.jsonLogs });
  const handler = createHandler(models.map(({ classifier }) => classifier), {
    limits: flags,
    apiKey,
    metricsKey: flags.metricsKey,
    allowHosts: flags.allowHost,
    corsAllowOrigin: flags.corsAllowOrigin,
    version: version.split(" ")[1],
    page: flags.ui ? visualizer() : undefined,
    onRequest: (record) => log.request(record),
    onError: (error, requestId) => log.error(error, requestId),
    gauges: [...gauges, ...processGauges(log)],
  });
  handler.prepare();
  return { handler, models, log };
}

/** The line that says where a server listens; the launcher waits for it. */
export function listeningLine(origin: string): string {
  return `Listening on ${origin}/ with the API described at /docs`;
}

/** Answers `/metrics` and nothing else, for a port of its own. */
export function metricsOnly({ fetch }: Handler): (request: Request) => Promise<Response> {
  return (request) =>
    new URL(request.url).pathname === "/metrics"
      ? fetch(request)
      : Promise.resolve(new Response(null, { status: 404 }));
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

function processGauges(log: RequestLog): ReadGauge[] {
  return [
    {
      name: "process_resident_memory_bytes",
      help: "Memory of the process",
      read: () => Deno.memoryUsage().rss,
    },
    {
      name: "taxon_log_lines_dropped",
      help: "Log lines that nobody took",
      read: () => log.dropped,
    },
  ];
}

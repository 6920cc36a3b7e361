import { cors } from "hono/cors";
import { Api, type RequestRecord } from "./api.ts";
import { bearerCheck, hostCheck } from "./auth.ts";
import type { Classifier } from "./classifier.ts";
import { RequestError, toRequestError } from "./errors.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import { type ReadGauge, ServerMetrics } from "./metrics.ts";
import { Models } from "./models.ts";
import { addExplainRoutes } from "./routes/explain.ts";
import { addHfRoutes } from "./routes/hf.ts";
import { addKserveRoutes } from "./routes/kserve.ts";
import { addNativeRoutes } from "./routes/native.ts";
import type { Page } from "./routes/page.ts";
import { addSystemRoutes } from "./routes/system.ts";
import { addTeiRoutes } from "./routes/tei.ts";
import { addTokenizeRoutes } from "./routes/tokenize.ts";

/** Settings of {@linkcode createHandler}. */
export interface HandlerOptions {
  /** Limits that differ from {@linkcode DEFAULT_LIMITS}. */
  limits?: Partial<Limits>;
  /** Key that all but the public routes ask for, as `authorization: Bearer <key>`. */
  apiKey?: string;
  /** Whether `/metrics` asks for the key, too; default false. */
  metricsKey?: boolean;
  /** Names that a server without a key lets requests be for, besides numbers and `localhost`. */
  allowHosts?: readonly string[];
  /** Further numbers for `/metrics`. */
  gauges?: readonly ReadGauge[];
  /** Origins whose pages may call, or `["*"]`; none by default. */
  corsAllowOrigin?: readonly string[];
  /** Shown to browsers at `/`; without one they get what all others get there, an empty reply. */
  page?: Page;
  /** Shown in `/info` and the API description. */
  version?: string;
  /** Called after each request, for the log. */
  onRequest?(record: RequestRecord): void;
  /** Called with what was thrown behind a 424 or 422 that hides its cause from the client. */
  onError?(error: unknown, requestId: string): void;
}

/** A server without a socket: requests in, replies out. */
export interface Handler {
  /** Answers a request; never rejects. */
  fetch(request: Request): Promise<Response>;
  /** The text of `/metrics`. */
  metrics(): string;
  /** Does now what the first request for `/docs` would make all others wait for. */
  prepare(): void;
  /** Turns `/health` to 503 and resolves once every request has been answered. */
  drain(): Promise<void>;
}

/**
 * Serves classifiers over the Hugging Face inference API, text-embeddings-inference, KServe v2 and an API of our own.
 *
 * @param classifiers One model or several; the first answers on the routes that name none.
 * @throws {RangeError} If a limit or a model id is not usable.
 */
export function createHandler(
  classifiers: Classifier | readonly Classifier[],
  options: HandlerOptions = {},
): Handler {
  const { version = "0.1.0", corsAllowOrigin = [], onRequest, onError } = options;
  const limits = resolveLimits(options.limits);
  const metrics = new ServerMetrics();
  for (const gauge of options.gauges ?? []) metrics.registry.readGauge(gauge);
  const models = new Models("info" in classifiers ? [classifiers] : classifiers, limits, metrics);
  const api = new Api(limits, bearerCheck(options.apiKey));
  const admit = options.apiKey === undefined ? hostCheck(options.allowHosts ?? []) : () => {};
  const { app } = api;
  const active = new ActiveRequests();

  app.use(async (c, next) => {
    const start = performance.now();
    const requestId = sane(c.req.header("x-request-id")) ?? crypto.randomUUID();
    const record: RequestRecord = { requestId, method: c.req.method, route: null, status: 0, ms: 0 };
    c.set("requestId", requestId);
    c.set("record", record);
    await next();
    c.res.headers.set("x-request-id", requestId); // c.header() would make the response anew
    c.res.headers.set("x-content-type-options", "nosniff");
    record.status = c.res.status;
    record.ms = Math.round((performance.now() - start) * 10) / 10;
    onRequest?.(record);
  });
  app.use(async (c, next) => {
    admit(c.req.raw);
    await next();
  });
  if (corsAllowOrigin.length) {
    app.use(cors({
      origin: corsAllowOrigin.includes("*") ? "*" : [...corsAllowOrigin],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type", "x-request-id"],
      exposeHeaders: ["retry-after", "x-compute-tokens", "x-request-id", "x-truncated"],
    }));
  }
  app.onError((thrown, c) => {
    const error = toRequestError(thrown);
    if (error.cause !== undefined) onError?.(error.cause, c.get("requestId"));
    if (c.req.method === "POST") metrics.requestFailure.add(1, { err: error.type.toLowerCase() });
    c.get("record").error = error.type;
    return errorReply(error);
  });

  addHfRoutes(api, models);
  addTeiRoutes(api, models);
  addTokenizeRoutes(api, models);
  addNativeRoutes(api, models);
  addExplainRoutes(api, models);
  addKserveRoutes(api, models, version);
  const prepare = addSystemRoutes(api, models, {
    version,
    metrics,
    metricsKey: options.metricsKey ?? false,
    page: options.page,
    draining: () => active.draining,
  });
  api.refuseOtherMethods();
  app.all("*", () => {
    throw new RequestError("NotFound", "no such route: see /docs");
  });

  const answer = async (request: Request) => {
    try {
      return await app.fetch(request);
    } catch (thrown) { // Hono passes on what is no Error
      onError?.(thrown, "");
      return errorReply(toRequestError(thrown));
    }
  };
  return {
    fetch: (request) => active.track(answer(request)),
    metrics: () => metrics.registry.render(),
    prepare,
    drain: () => active.drain(),
  };
}

function errorReply({ message, type, status, options: { headers } }: RequestError): Response {
  return Response.json({ error: message, error_type: type }, { status, headers });
}

/** A request id that may go into logs and headers as it is. */
function sane(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w.-]{1,128}$/.test(id) ? id : undefined;
}

/** Counts requests until their replies are there, so that a server knows when it may leave. */
class ActiveRequests {
  #count = 0;
  #idle = Promise.withResolvers<void>();
  draining = false;

  async track(reply: Promise<Response>): Promise<Response> {
    this.#count++;
    try {
      return await reply;
    } finally {
      this.#count--;
      this.#check();
    }
  }

  drain(): Promise<void> {
    this.draining = true;
    this.#check();
    return this.#idle.promise;
  }

  #check(): void {
    if (this.draining && this.#count === 0) this.#idle.resolve();
  }
}

import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { parseJson, readBody, validate } from "./body.ts";
import { RequestError } from "./errors.ts";
import { type Held, type Limits, Permits } from "./limits.ts";
import { ErrorReply } from "./schemas.ts";
import { Turns } from "./turns.ts";

/** One line of the access log. The text of a request is never part of it, nor is a path that is no route of ours. */
export interface RequestRecord {
  /** The id that the reply carries as `x-request-id`. */
  requestId: string;
  /** HTTP method. */
  method: string;
  /** The route, such as `/models/{id}`; null where none matched. */
  route: string | null;
  /** HTTP status of the reply. */
  status: number;
  /** Milliseconds from the first byte of the headers to the reply. */
  ms: number;
  /** Id of the model that answered. */
  model?: string;
  /** Texts of the request. */
  inputs?: number;
  /** Tokens that the model read. */
  tokens?: number;
  /** Texts that were cut. */
  truncated?: number;
  /** The `error_type` of the reply. */
  error?: string;
}

/** What a request carries through the handler. */
export interface ServerEnv {
  Variables: { requestId: string; record: RequestRecord };
}

/** The context that endpoints get. */
export type ServerContext = Context<ServerEnv>;

/** One method on one path: where it lies, what it takes and gives, for routing and for the API description. */
export interface Endpoint<Body> {
  method: "get" | "post";
  /** In the notation of OpenAPI: `/models/{id}`. */
  path: string;
  summary: string;
  /** Answers without the API key. */
  public?: boolean;
  /** Schema of the JSON body; without one, no body is read. */
  body?: z.ZodType<Body>;
  /** Most elements of an array field, checked before the schema walks through them. */
  maxItems?: Record<string, number>;
  /** Status for a body of the wrong form, where a protocol wants another than 422. */
  invalidStatus?: number;
  reply?: z.ZodType;
  /** Content type of the reply if it is not JSON. */
  replyType?: string;
  handle(c: ServerContext, body: Body): Response | Promise<Response>;
}

/** Collects endpoints: each is routed, described in OpenAPI, and its path refuses all other methods. */
export class Api {
  readonly app: OpenAPIHono<ServerEnv> = new OpenAPIHono<ServerEnv>();
  readonly #bytes: Permits;
  readonly #turns = new Turns();
  #methods = new Map<string, string[]>();

  constructor(readonly limits: Limits, readonly authorize: (request: Request) => void) {
    this.#bytes = new Permits(limits.maxConcurrentBytes);
  }

  add<Body = undefined>(endpoint: Endpoint<Body>): void {
    const { method, path } = endpoint;
    this.#describe(endpoint);
    this.#methods.set(path, [...this.#methods.get(path) ?? [], method]);
    this.app.on(method.toUpperCase(), honoPath(path), async (c) => {
      c.get("record").route = path;
      if (!endpoint.public) this.authorize(c.req.raw);
      using bytes = this.#bytes.hold();
      return await endpoint.handle(c, await this.#body(c, endpoint, bytes) as Body);
    });
  }

  /** Call once all endpoints are there: whatever method is left on their paths is refused with 405. */
  refuseOtherMethods(): void {
    for (const [path, methods] of this.#methods) {
      const allow = methods.flatMap((method) => method === "get" ? ["GET", "HEAD"] : ["POST"]).join(", ");
      this.app.all(honoPath(path), (c) => {
        c.get("record").route = path;
        throw new RequestError("MethodNotAllowed", `method not allowed here: use ${allow}`, {
          headers: { allow },
        });
      });
    }
  }

  async #body<Body>(c: ServerContext, endpoint: Endpoint<Body>, held: Held): Promise<Body | undefined> {
    if (!endpoint.body) return undefined;
    // A page elsewhere can post text/plain or no type to 127.0.0.1 without asking; JSON it cannot
    if (!/^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(c.req.header("content-type") ?? "")) {
      throw new RequestError("UnsupportedMediaType", "content-type must be application/json");
    }
    const bytes = await readBody(c.req.raw, this.limits, (arrived) => held.add(arrived));
    return await this.#turns.take(bytes.byteLength, () => {
      if (c.req.raw.signal.aborted) throw new RequestError("ClientClosed", "client closed the connection");
      try {
        return this.#parse(bytes, endpoint);
      } finally {
        bytes.buffer.transfer(0); // gives the memory back at once: V8 would let 64 MB gather
      }
    });
  }

  #parse<Body>(bytes: Uint8Array, endpoint: Endpoint<Body>): Body {
    const body = parseJson(bytes);
    try {
      for (const [field, most] of Object.entries(endpoint.maxItems ?? {})) {
        const value = (body as Record<string, unknown> | null)?.[field];
        if (Array.isArray(value) && value.length > most) {
          throw new RequestError(
            "Validation",
            `batch size ${value.length} > maximum allowed batch size ${most}`,
          );
        }
      }
      return validate(endpoint.body!, body);
    } catch (error) {
      if (!endpoint.invalidStatus || !(error instanceof RequestError)) throw error;
      throw new RequestError(error.type, error.message, { status: endpoint.invalidStatus });
    }
  }

  #describe<Body>(
    { method, path, summary, body, reply, replyType = "application/json", ...rest }: Endpoint<Body>,
  ) {
    const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
    const failures = [...body ? [400, 408, 413, 415, 422, 424, 429] : [], ...rest.public ? [] : [401], 403];
    const described = Object.fromEntries(
      failures.sort().map((status) => [status, {
        description: FAILURES[status],
        content: { "application/json": { schema: ErrorReply } },
      }]),
    );
    this.app.openAPIRegistry.registerPath({
      method,
      path,
      summary,
      parameters: names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      request: body && { body: { required: true, content: { "application/json": { schema: body } } } },
      responses: {
        200: { description: "Done", content: reply && { [replyType]: { schema: reply } } },
        ...described,
      },
      security: rest.public ? [] : [{ bearer: [] }],
    });
  }
}

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ":$1");

const FAILURES: Record<number, string> = {
  400: "Not JSON, or empty",
  401: "The server has an API key and the request does not show it",
  403: "The server has no API key and does not know itself by the name in the host header",
  408: "The body did not arrive in time",
  413: "The body is too large",
  415: "The content type is not JSON",
  422: "A field is missing, of the wrong type, or beyond a limit",
  424: "The model failed",
  429: "The server is full; try again after the time in retry-after",
};

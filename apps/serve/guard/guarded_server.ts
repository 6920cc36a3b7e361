import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Connections } from "./connections.ts";
import { type ReplyLimits, UnreadReplies } from "./unread_replies.ts";
import { hasBody, smallBody, webRequest } from "./web_request.ts";

/** What connections may cost. */
export interface GuardLimits extends ReplyLimits {
  readonly maxConnections: number;
  /** Time for the headers of a request, from the first connection or byte on, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** Time for headers and body. */
  readonly requestTimeoutMs: number;
  /** Time between two requests. */
  readonly keepAliveTimeoutMs: number;
}

/** The limits of a server that is not told otherwise. */
export const GUARD_LIMITS: Readonly<GuardLimits> = {
  maxConnections: 1000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000, // the handler answers 408 after 10 s
  keepAliveTimeoutMs: 75_000, // above the 60 s of the usual proxies, which must be the ones to close
  replyTimeoutMs: 30_000,
  maxUnreadBytes: 64 * 2 ** 20,
};

/** Requests that may wait behind another of the same connection: pipelining, which hardly anyone does. */
const MAX_PIPELINED = 8;
const CHECK_INTERVAL_MS = 1000;

/**
 * An HTTP server around a `fetch` handler that, unlike Deno's own, counts and times its connections. One request of a
 * connection is answered at a time.
 */
export class GuardedServer {
  readonly connections: Connections;
  readonly replies: UnreadReplies;
  readonly #server: Server;
  readonly #fetch: (request: Request) => Promise<Response>;
  readonly #pipelines = new WeakMap<Socket, { waiting: number; last: Promise<void> }>();

  constructor(fetch: (request: Request) => Promise<Response>, limits: GuardLimits) {
    this.#fetch = fetch;
    this.connections = new Connections(limits.maxConnections);
    this.replies = new UnreadReplies(limits);
    this.#server = createServer({
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    }, (incoming, outgoing) => this.#enqueue(incoming, outgoing));
    this.#server.on("connection", (socket) => this.connections.add(socket));
  }

  /** Opens the port. Resolves with its number. */
  listen(hostname: string, port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once("error", reject);
    this.#server.listen(port, hostname, () => resolve((this.#server.address() as { port: number }).port));
    return promise;
  }

  /** Lets no one in any more; connections without a request are closed. */
  stopListening(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Resolves when the replies that are there have been read. */
  async flushed(): Promise<void> {
    while (this.replies.bytes > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #enqueue(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    if (socket.destroyed) return;
    const pipeline = this.#pipelines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    this.#pipelines.set(socket, pipeline);
    if (pipeline.waiting > MAX_PIPELINED) return void socket.destroy();
    const answer = () => this.#answer(incoming, outgoing).catch(() => void socket.destroy());
    pipeline.last = pipeline.waiting++ === 0 ? answer() : pipeline.last.then(answer);
    pipeline.last.then(() => pipeline.waiting--);
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket } = incoming;
    if (socket.destroyed) return;
    const left = new AbortController();
    outgoing.once("close", () => outgoing.writableFinished || left.abort());
    if (hasBody(incoming)) {
      incoming.once("end", () => this.connections.beginWork(socket));
      await smallBody(incoming);
      if (socket.destroyed) return;
    } else this.connections.beginWork(socket);
    const request = webRequest(incoming, left.signal);
    const response = request ? await this.#fetch(request) : new Response(null, { status: 400 });
    const body = await response.bytes();
    this.connections.endWork(socket);
    if (outgoing.destroyed || socket.destroyed) return;
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => headers[name] = value); // Deno's iterator sorts them anew at each step
    if (response.status !== 204) headers["content-length"] = `${body.byteLength}`;
    outgoing.writeHead(response.status, headers);
    await this.replies.send(outgoing, body);
  }
}

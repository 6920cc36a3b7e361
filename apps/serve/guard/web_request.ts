import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";

/** Whether a body follows the headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Bytes of a body that may wait here: a thousand connections hold no more than two of the largest bodies so. */
const SMALL_BYTES = 4096;

/** Waits until a small body is all there, or will never be: to begin work for half a body costs much more than to wait. */
export async function smallBody(incoming: IncomingMessage): Promise<void> {
  await undefined; // what came in one piece with the head is there then
  if (incoming.complete || !(Number(incoming.headers["content-length"]) <= SMALL_BYTES)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => incoming.complete && resolve();
  incoming.on("readable", look);
  incoming.once("close", resolve);
  await promise;
  incoming.off("readable", look);
  incoming.off("close", resolve);
}

/**
 * The request as `fetch` handlers take it.
 *
 * @param signal Aborts when the client has left.
 * @returns Undefined if host and path do not make an address; a path in full (`GET http://…`) is for proxies.
 */
export function webRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method, headers, url } = incoming;
  if (!url?.startsWith("/")) return undefined;
  const address = URL.parse(`http://${headers.host ?? ""}`);
  if (!address || address.pathname !== "/" || address.search || address.hash || address.username) {
    return undefined;
  }
  return new Request(`${address.origin}${url}`, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]]
    ),
    body: method !== "GET" && method !== "HEAD" && hasBody(incoming) ? bodyOf(incoming) : undefined,
    signal,
  });
}

/** The body if it is all there, or as it arrives; then nothing is read before someone asks for it. */
function bodyOf(incoming: IncomingMessage): BodyInit {
  if (incoming.complete) {
    const pieces: Uint8Array[] = [];
    for (let piece; (piece = incoming.read()) !== null;) pieces.push(piece);
    return Buffer.concat(pieces);
  }
  let started = false;
  let ended = false;
  return new ReadableStream({
    pull(controller) {
      if (started) return void incoming.resume();
      started = true;
      const end = (finish: () => void) => {
        if (!ended) finish();
        ended = true;
      };
      incoming.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
        if (ended) return;
        controller.enqueue(chunk);
        incoming.pause();
      });
      incoming.once("end", () => end(() => controller.close()));
      incoming.once("close", () => end(() => controller.error(new Error("the body ended early"))));
      incoming.once("error", (error) => end(() => controller.error(error)));
    },
    cancel() {
      ended = true;
      incoming.resume(); // what is left is of no interest, but the client may wait with reading until it is sent
    },
  }, { highWaterMark: 0 });
}

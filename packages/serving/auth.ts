import { createHash, timingSafeEqual } from "node:crypto";
import { RequestError } from "./errors.ts";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * A check of the `authorization: Bearer …` header. Digests are compared, in constant time, so that neither the
 * content nor the length of the key shows in the time of a refusal.
 */
export function bearerCheck(apiKey: string | undefined): (request: Request) => void {
  if (apiKey === undefined) return () => {};
  const expected = digest(apiKey);
  return (request) => {
    const key = /^Bearer +(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    if (timingSafeEqual(digest(key), expected)) return;
    throw new RequestError(
      "Unauthorized",
      "a valid API key is needed: send it as authorization: Bearer <key>",
      {
        headers: { "www-authenticate": "Bearer" },
      },
    );
  };
}

/**
 * A check of the name that a request is for. A page elsewhere can have its own name lead to this server (DNS
 * rebinding) and then ask it from a browser behind every firewall; what it cannot do is show another name. Numbers
 * are let in: a page at a number is this server's own.
 *
 * @param names Let in besides `localhost`.
 */
export function hostCheck(names: readonly string[]): (request: Request) => void {
  const allowed = new Set(["localhost", ...names.map((name) => name.toLowerCase())]);
  return (request) => {
    const { hostname } = new URL(request.url);
    if (allowed.has(hostname) || /^\[|^\d+(\.\d+){3}$/.test(hostname)) return;
    throw new RequestError(
      "HostNotAllowed",
      "this server has no API key and is not known by the name in the host header: start it with --allow-host NAME " +
        "if that is right",
    );
  };
}

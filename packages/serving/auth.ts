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

import { createHandler, type Handler } from "./handler.ts";
import { fakeClassifier } from "./fake_classifier.ts";

/** A handler over one fake model. */
export const fakeHandler = (): Handler => createHandler(fakeClassifier());

/** Posts a value as JSON, or a text as it is, to a handler. */
export function post(
  handler: Handler,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return handler.fetch(
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
      signal,
    }),
  );
}

/** Gets a path from a handler. */
export function get(handler: Handler, path: string, init: RequestInit = {}): Promise<Response> {
  return handler.fetch(new Request(`http://localhost${path}`, init));
}

/** Status and error of a reply that should be one. */
export async function failure(
  reply: Promise<Response>,
): Promise<[status: number, type: string, message: string]> {
  const response = await reply;
  const { error, error_type } = await response.json();
  return [response.status, error_type, error];
}

import { PassingFailure } from "./retry.ts";

/** What an answer that brings no file means, and what the user can do. */
export async function refusal(response: Response, withToken: boolean): Promise<Error> {
  await response.body?.cancel().catch(() => {}); // the headers say all
  const { status, headers } = response;
  const host = new URL(response.url).host;
  const said = headers.get("x-error-message")?.slice(0, 300) ?? `HTTP status ${status}`;
  if (status === 401 || status === 403) {
    // Without a token, the Hub does not even tell whether there is such a model
    const remedy = withToken
      ? "ask for access on its page, or give another HF_TOKEN"
      : "check the name, and set HF_TOKEN if the model is private or asks for consent";
    return new Error(`${host} refuses it: ${said}; ${remedy}`);
  }
  if (status === 404) return new Error(`${host} does not have it: ${said}; check the name and the revision`);
  if (status === 429) return new PassingFailure(`${host} has had too many requests`, waitMs(headers));
  if (status >= 500 || status === 408) {
    return new PassingFailure(`${host} is not well: ${said}`, waitMs(headers));
  }
  return new Error(`${host} does not answer as a Hub does: ${said}`);
}

/** How long to wait, in milliseconds: Retry-After, in seconds or as a date, or the Hub's `RateLimit: "api";r=0;t=55`. */
function waitMs(headers: Headers): number | undefined {
  const after = headers.get("retry-after");
  const seconds = after?.match(/^\s*(\d+)\s*$/)?.[1] ?? headers.get("ratelimit")?.match(/;\s*t=(\d+)/)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const date = Date.parse(after ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

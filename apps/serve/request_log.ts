import type { RequestRecord } from "@taxon/serving";

/** One line a request on standard output, as JSON or plain; never the text that was classified. */
export function logRequest(record: RequestRecord, { json }: { json: boolean }): void {
  const time = new Date().toISOString();
  if (json) {
    const { requestId, ...rest } = record;
    console.log(JSON.stringify({ time, request_id: requestId, ...rest }));
    return;
  }
  const { method, route, status, ms, inputs, tokens, error } = record;
  const cost = inputs === undefined ? "" : ` ${inputs} texts, ${tokens} tokens`;
  console.log(
    `${time} ${method} ${route ?? "(no route)"} ${status} ${ms} ms${cost}${error ? ` ${error}` : ""}`,
  );
}

/** What a reply hid from the client, on standard error. */
export function logError(error: unknown, requestId: string): void {
  console.error(`Error in request ${requestId}:`, error);
}

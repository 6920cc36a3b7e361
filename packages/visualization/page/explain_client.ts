import type { ExplainRequest, Explanation } from "../explanation.ts";

/** A reply, and its size on the wire before compression. */
export interface Reply {
  readonly explanation: Explanation;
  readonly bytes: number;
}

/** The server refused; `status` tells why. */
export class ExplainError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Asks the server to explain a text. */
export class ExplainClient {
  /** Sent as a bearer token where the server asks for one; never stored. */
  apiKey = "";

  constructor(readonly url: string) {}

  async explain(request: ExplainRequest, signal: AbortSignal): Promise<Reply> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(this.apiKey ? { authorization: `Bearer ${this.apiKey}` } : {}),
      },
      body: JSON.stringify(request),
      signal,
    }).catch((error) => {
      if (error instanceof DOMException) throw error; // aborted: not a failure
      throw new ExplainError(0, "The server does not answer: is it still running?");
    });
    const body = await response.arrayBuffer();
    const text = new TextDecoder().decode(body);
    if (!response.ok) {
      throw new ExplainError(response.status, errorOf(text) ?? `The server answered ${response.status}`);
    }
    return { explanation: JSON.parse(text), bytes: body.byteLength };
  }
}

function errorOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text);
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

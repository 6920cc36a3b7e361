import type { ExplainRequest } from "@taxon/decision";
import { type Explainer, ExplainError, type Reply } from "./explainer.ts";

/** Asks a server to explain texts. */
export class ExplainClient implements Explainer {
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

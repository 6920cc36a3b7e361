import type { ExplainRequest, Explanation } from "@taxon/decision";

/** An explanation, and its size on the wire before compression: 0 where it came over none. */
export interface Reply {
  /** Of the text that was asked for. */
  readonly explanation: Explanation;
  /** 0 where it came over no wire. */
  readonly bytes: number;
}

/** Whatever explains texts to the page: a server, or a model in the same browser. */
export interface Explainer {
  /** Sent as a bearer token where a server asks for one; never stored. */
  apiKey?: string;
  /**
   * Explains a text.
   *
   * @throws {ExplainError} If it was refused.
   * @throws {DOMException} If `signal` was aborted.
   */
  explain(request: ExplainRequest, signal: AbortSignal): Promise<Reply>;
}

/** A text was not explained; `status` tells why, as in HTTP. */
export class ExplainError extends Error {
  /**
   * Takes the text that the page shows.
   *
   * @param status As in HTTP, e.g. 401 for a missing key; 0 where no answer came.
   */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

import type { ServerResponse } from "node:http";

/** What replies may cost until their clients have read them. */
export interface ReplyLimits {
  /** Time for a whole reply to be read, in milliseconds. */
  readonly replyTimeoutMs: number;
  /** Bytes that all unread replies hold together. */
  readonly maxUnreadBytes: number;
}

/** Replies on their way out: who does not read them in time, or keeps others from having room, is cut off. */
export class UnreadReplies {
  readonly #limits: ReplyLimits;
  readonly #bytesOf = new Map<ServerResponse, number>(); // the oldest first
  #bytes = 0;
  #cut = 0;

  constructor(limits: ReplyLimits) {
    this.#limits = limits;
  }

  /** Bytes that wait to be read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many were cut off. */
  get cut(): number {
    return this.#cut;
  }

  /** Sends the body of a reply whose head is written; resolves when it is read, or cut off. */
  send(outgoing: ServerResponse, body: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.#cutOff(outgoing), this.#limits.replyTimeoutMs);
    this.#bytesOf.set(outgoing, body.byteLength);
    this.#bytes += body.byteLength;
    outgoing.once("close", () => {
      clearTimeout(timer);
      this.#forget(outgoing);
      resolve();
    });
    outgoing.end(body);
    for (const oldest of this.#bytesOf.keys()) {
      if (this.#bytes <= this.#limits.maxUnreadBytes) break;
      this.#cutOff(oldest);
    }
    return promise;
  }

  #cutOff(outgoing: ServerResponse): void {
    this.#forget(outgoing);
    this.#cut++;
    outgoing.destroy();
  }

  #forget(outgoing: ServerResponse): void {
    this.#bytes -= this.#bytesOf.get(outgoing) ?? 0;
    this.#bytesOf.delete(outgoing);
  }
}

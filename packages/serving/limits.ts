import { RequestError } from "./errors.ts";

/** What one server takes on; the names are those of text-embeddings-inference. */
export interface Limits {
  /** Tokens of a batch, summed over its texts (nothing is padded). Default 4096. */
  maxBatchTokens: number;
  /** Texts of one request. Default 32. */
  maxClientBatchSize: number;
  /** Texts of all requests that are being answered; one more is refused with 429. Default 512. */
  maxConcurrentRequests: number;
  /**
   * Bytes of all request bodies that are arriving or being answered: what bounds memory and work, as `maxConcurrentRequests`
   * bounds texts. One more is refused with 429. Default 16,000,000, never less than `payloadLimit`.
   */
  maxConcurrentBytes: number;
  /** Tokens of a text that is explained: attention grows with their square. Default 128. */
  maxExplainTokens: number;
  /** Bytes of a request body. Default 2,000,000. */
  payloadLimit: number;
  /** Whether a text that is too long is cut, or refused, when the request does not say. Default true. */
  autoTruncate: boolean;
  /** Time for a whole request body to arrive, in milliseconds. Default 10,000. */
  bodyTimeoutMs: number;
}

/** The limits of a server that is not told otherwise. */
export const DEFAULT_LIMITS: Readonly<Limits> = {
  maxBatchTokens: 4096,
  maxClientBatchSize: 32,
  maxConcurrentRequests: 512,
  maxConcurrentBytes: 16_000_000,
  maxExplainTokens: 128,
  payloadLimit: 2_000_000,
  autoTruncate: true,
  bodyTimeoutMs: 10_000,
};

/** Defaults filled in and checked; a client may not send more texts than the server takes on at all. */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const key of Object.keys(limits) as (keyof Limits)[]) {
    const value = given[key];
    if (value === undefined) continue;
    if (typeof value === "number" && !(Number.isSafeInteger(value) && value > 0)) {
      throw new RangeError(`Cannot set ${key} to ${value}: a whole number above 0 is needed`);
    }
    Object.assign(limits, { [key]: value });
  }
  return {
    ...limits,
    maxClientBatchSize: Math.min(limits.maxClientBatchSize, limits.maxConcurrentRequests),
    maxConcurrentBytes: Math.max(limits.maxConcurrentBytes, limits.payloadLimit),
  };
}

/** Permits that a request has. */
export interface Held extends Disposable {
  /** @throws {RequestError} If so many are not left. */
  add(n: number): void;
}

/** Counts the texts, or the bytes, that are being answered. */
export class Permits {
  #taken = 0;

  constructor(readonly total: number) {}

  /** Takes `n` permits at once or none: there is no waiting line before the queue of the batcher. */
  take(n: number): Disposable {
    const held = this.hold();
    held.add(n);
    return held;
  }

  /** Permits that are taken little by little, and come back together. */
  hold(): Held {
    let held = 0;
    return {
      add: (n) => {
        if (this.#taken + n > this.total) {
          throw new RequestError("Overloaded", "model is overloaded", { headers: { "retry-after": "1" } });
        }
        this.#taken += n;
        held += n;
      },
      [Symbol.dispose]: () => void (this.#taken -= held),
    };
  }
}

import { setTimeout as delay } from "node:timers/promises";

/** A failure that may pass: a broken connection, a busy server. */
export class PassingFailure extends Error {
  override name = "PassingFailure";

  constructor(
    message: string,
    /** When to try again; if not given, after longer and longer pauses. */
    readonly retryAfterMs?: number,
    /** Whether something was gained before it failed: attempts are then counted anew. */
    readonly progressed: boolean = false,
  ) {
    super(message);
  }
}

/** How {@linkcode retrying} goes about it. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Tells the user why it takes longer. */
  note(text: string): void;
  /** First pause; each further one is twice as long. */
  readonly pauseMs?: number;
}

const ATTEMPTS = 5;

/** Rates on the Hub are counted over 5 minutes: a longer wait means something else. */
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Calls `attempt` again when it fails in a way that may pass, up to 5 times in a row.
 *
 * @throws {PassingFailure} The last one, if it did not pass.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { signal, note, pauseMs = 1000 }: RetryOptions,
): Promise<T> {
  for (let failures = 0;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PassingFailure)) throw error;
      failures = error.progressed ? 1 : failures + 1;
      const waitMs = error.retryAfterMs ?? pauseMs * 2 ** (failures - 1);
      if (failures === ATTEMPTS || waitMs > LONGEST_WAIT_MS) throw error;
      note(`${error.message}; trying again in ${Math.ceil(waitMs / 1000)} s`);
      await delay(waitMs, undefined, { signal });
    }
  }
}

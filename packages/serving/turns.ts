/** Bodies up to this size are not worth a turn: they are parsed in less than a millisecond. */
const SMALL_BYTES = 2 ** 16;

/**
 * Lets the thread see to other requests between pieces of work that take it milliseconds each: they are done one at a
 * time, and after each the thread has as much time for all else.
 */
export class Turns {
  #free: Promise<unknown> = Promise.resolve();
  #restUntil = 0; // on the clock of performance.now()

  /** Does `work` at once if it is small, else when it is its turn. */
  async take<T>(bytes: number, work: () => T): Promise<T> {
    if (bytes <= SMALL_BYTES) return work();
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    await before;
    const rest = this.#restUntil - performance.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    const start = performance.now();
    try {
      return work();
    } finally {
      const end = performance.now();
      this.#restUntil = end + (end - start);
      resolve();
    }
  }
}

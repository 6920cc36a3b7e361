/** Bodies up to this size are not worth a turn: they are parsed in less than a millisecond. */
const SMALL_BYTES = 2 ** 16;

/** Lets the thread see to other requests between two pieces of work that take it milliseconds each. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does `work` at once if it is small, else after what was given before and a look at everything that waits. */
  async take<T>(bytes: number, work: () => T): Promise<T> {
    if (bytes <= SMALL_BYTES) return work();
    const turn = this.#last.then(() => new Promise((resolve) => setTimeout(resolve))).then(work);
    this.#last = turn.catch(() => {});
    return await turn;
  }
}

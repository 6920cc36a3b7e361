/** Work of a size, which may no longer be wanted when its turn comes. */
export interface Sized {
  /** In characters, or whatever the work grows with. */
  readonly size: number;
  readonly signal?: AbortSignal;
}

/** Jobs up to this size are light: thousands of them take no longer than one of the heaviest. */
const LIGHT = 4096;
/** What goes to the worker at once: enough to be worth a message, little enough to be done soon. */
const MOST_AT_ONCE = 16 * LIGHT;

/**
 * What waits for a worker. Light and heavy jobs take turns, heavy ones one at a time, so that who sends short texts
 * waits for one long text of others at most.
 */
export class JobQueue<Job extends Sized> {
  #light: Job[] = [];
  #heavy: Job[] = [];
  #lightIsNext = true;

  get length(): number {
    return this.#light.length + this.#heavy.length;
  }

  add(job: Job): void {
    (job.size <= LIGHT ? this.#light : this.#heavy).push(job);
  }

  /** The jobs to do next; none is left if there are none in it. */
  take(): Job[] {
    const light = this.#heavy.length === 0 || (this.#lightIsNext && this.#light.length > 0);
    this.#lightIsNext = !light;
    if (!light) return [this.#heavy.shift()!];
    let size = 0;
    const count = this.#light.findIndex((job) => (size += job.size) > MOST_AT_ONCE);
    return this.#light.splice(0, count < 0 ? this.#light.length : Math.max(1, count));
  }

  /** Takes out those whose client has gone. */
  takeUnwanted(): Job[] {
    const unwanted = [...this.#light, ...this.#heavy].filter(({ signal }) => signal?.aborted);
    if (unwanted.length === 0) return unwanted;
    this.#light = this.#light.filter(({ signal }) => !signal?.aborted);
    this.#heavy = this.#heavy.filter(({ signal }) => !signal?.aborted);
    return unwanted;
  }
}

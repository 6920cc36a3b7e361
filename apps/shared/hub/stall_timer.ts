/** Aborts a transfer that gives no sign of life for a while, or that the user stops. */
export class StallTimer implements Disposable {
  readonly #stalled = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal: AbortSignal;

  constructor(ms: number, stop: AbortSignal) {
    this.#ms = ms;
    this.signal = AbortSignal.any([this.#stalled.signal, stop]);
    this.restart();
  }

  get stalled(): boolean {
    return this.#stalled.signal.aborted;
  }

  /** To be called at each sign of life. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stalled.abort(), this.#ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

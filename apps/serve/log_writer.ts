/** Where lines go: standard output or error. */
export interface LineSink {
  write(bytes: Uint8Array): Promise<number>;
}

const MAX_WAITING = 2 ** 20; // UTF-16 units; some 4,000 requests

/**
 * Writes lines without ever waiting for who reads them: what a stalled pipe does not take is kept up to a bound, then
 * dropped and counted.
 */
export class LogWriter {
  readonly #sink: LineSink;
  readonly #describeDropped: (lines: number) => string;
  readonly #encoder = new TextEncoder();
  #waiting: string[] = [];
  #units = 0;
  #dropped = 0;
  #toTell = 0;
  #writing?: Promise<void>;

  /** @param describeDropped The line that says how many are missing, once lines are taken again. */
  constructor(sink: LineSink, describeDropped: (lines: number) => string) {
    this.#sink = sink;
    this.#describeDropped = describeDropped;
  }

  /** Lines that were never written. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    if (this.#units + line.length > MAX_WAITING) {
      this.#dropped++;
      this.#toTell++;
      return;
    }
    this.#waiting.push(line);
    this.#units += line.length;
    this.#writing ??= this.#drain();
  }

  /** Resolves when nothing waits; never, while the pipe is stalled. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // lines of the same turn go together
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      if (this.#toTell > 0) lines.push(this.#describeDropped(this.#toTell));
      this.#toTell = 0;
      const bytes = this.#encoder.encode(lines.join("\n") + "\n");
      try {
        for (let written = 0; written < bytes.length;) {
          written += await this.#sink.write(bytes.subarray(written));
        }
      } catch { // nobody will ever read it
        this.#dropped += lines.length;
      }
      this.#units = this.#waiting.reduce((units, line) => units + line.length, 0);
    }
    this.#writing = undefined;
  }
}

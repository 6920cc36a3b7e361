/** Reads a regular expression from left to right. */
export class Cursor {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#position >= this.#source.length;
  }

  /** Whether `text` comes next. */
  sees(text: string): boolean {
    return this.#source.startsWith(text, this.#position);
  }

  /** Whether `text` was read last. */
  before(text: string): boolean {
    return this.#source.endsWith(text, this.#position);
  }

  /** Reads `text` if it comes next. */
  take(text: string): boolean {
    const found = this.sees(text);
    if (found) this.#position += text.length;
    return found;
  }

  /** Reads what a sticky pattern matches; `undefined` if it does not. */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#source);
    if (match) this.#position += match[0].length;
    return match ?? undefined;
  }

  /** Reads one character. */
  character(): string {
    const match = this.takeMatch(/[^]/uy);
    return match ? match[0] : this.fail("an end in the middle");
  }

  /** Reads `*`, `+`, `?` (a symbol) or an interval in braces; `undefined` if none comes next. */
  interval(): { min: number; max: number; symbol: boolean } | undefined {
    if (this.take("*")) return { min: 0, max: Infinity, symbol: true };
    if (this.take("+")) return { min: 1, max: Infinity, symbol: true };
    if (this.take("?")) return { min: 0, max: 1, symbol: true };
    const match = this.takeMatch(/\{(\d{1,5})(,(\d{0,5}))?\}|\{,(\d{1,5})\}/y);
    if (!match) return undefined;
    const [, min, comma, max, only] = match;
    if (only !== undefined) return { min: 0, max: Number(only), symbol: false };
    const upper = comma === undefined ? Number(min) : max === "" ? Infinity : Number(max);
    return { min: Number(min), max: upper, symbol: false };
  }

  /** @throws {SyntaxError} Always, with the place. */
  fail(problem: string): never {
    throw new SyntaxError(`${problem} at character ${this.#position}`);
  }
}

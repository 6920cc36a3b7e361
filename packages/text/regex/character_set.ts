/** A set of characters, written as the inside of a character class of JavaScript's `v` mode. */
export class CharacterSet {
  readonly #pattern: RegExp;
  readonly #known: Uint8Array[] = []; // of the basic plane, by high byte: 0 not asked yet, 1 outside, 2 inside

  /**
   * @param source What stands between the brackets, as `^\\n\\p{L}`.
   * @param ignoreCase Whether a letter stands for its other case, too.
   * @throws {SyntaxError} If JavaScript knows no such class.
   */
  constructor(readonly source: string, readonly ignoreCase = false) {
    this.#pattern = new RegExp(`^[${source}]$`, ignoreCase ? "vi" : "v");
  }

  /** Whether a code point is in the set. */
  has(codePoint: number): boolean {
    if (codePoint > 0xffff) return this.#pattern.test(String.fromCodePoint(codePoint));
    const known = this.#known[codePoint >> 8] ??= new Uint8Array(256); // an expression may have thousands of sets
    return (known[codePoint & 255] ||= this.#pattern.test(String.fromCodePoint(codePoint)) ? 2 : 1) === 2;
  }
}

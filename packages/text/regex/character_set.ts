/** A set of characters, written as the inside of a character class of JavaScript's `v` mode. */
export class CharacterSet {
  readonly #pattern: RegExp;
  readonly #known = new Uint8Array(0x10000); // of the basic plane: 0 not asked yet, 1 outside, 2 inside

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
    return (this.#known[codePoint] ||= this.#pattern.test(String.fromCodePoint(codePoint)) ? 2 : 1) === 2;
  }
}

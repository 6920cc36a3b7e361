/** Typed reading of a JSON file's object: every refusal names the file, the key, the value and what would be right. */
export class JsonFields {
  readonly #values: ReadonlyMap<string, unknown>;

  /**
   * Parses the text of a file.
   *
   * @param file Its name, for refusals.
   * @throws {SyntaxError} If the text is no JSON object.
   */
  constructor(readonly file: string, text: string) {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new SyntaxError(`Cannot read ${file}: ${(error as Error).message}`);
    }
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new SyntaxError(`Cannot read ${file}: it holds no JSON object`);
    }
    this.#values = new Map(Object.entries(json));
  }

  /** The value of a key; null counts as absent. */
  get(key: string): unknown {
    return this.#values.get(key) ?? undefined;
  }

  /** An integer from `low` on. */
  integer(key: string, low: number, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= low) return value;
    return this.refuse(key, `an integer from ${low} on`);
  }

  /**
   * A number, or `otherwise` where there is none.
   *
   * @throws {RangeError} If it is something else, or absent without `otherwise`.
   */
  number(key: string, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    return typeof value === "number" ? value : this.refuse(key, "a number");
  }

  /**
   * True or false, or `otherwise` where there is none.
   *
   * @throws {RangeError} If it is something else.
   */
  boolean(key: string, otherwise: boolean): boolean {
    const value = this.get(key) ?? otherwise;
    return typeof value === "boolean" ? value : this.refuse(key, "true or false");
  }

  /** What one of several names stands for. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>, otherwise?: string): T {
    const value = this.get(key) ?? otherwise;
    if (typeof value === "string" && Object.hasOwn(choices, value)) return choices[value];
    return this.refuse(key, `one of ${Object.keys(choices).join(", ")}`);
  }

  /** A list, or undefined where there is none. */
  list(key: string): readonly unknown[] | undefined {
    const value = this.get(key);
    return value === undefined || Array.isArray(value) ? value : this.refuse(key, "a list");
  }

  /** An object, or undefined where there is none. */
  object(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) return this.refuse(key, "an object");
    return value as Record<string, unknown>;
  }

  /**
   * Refuses the value of a key.
   *
   * @param right What it must be, e.g. `a number`.
   * @throws {RangeError} Always.
   */
  refuse(key: string, right: string): never {
    const value = this.get(key);
    const problem = value === undefined ? `${key} is missing; it is` : `${key} is ${show(value)}; it must be`;
    throw new RangeError(`Cannot read ${this.file}: ${problem} ${right}`);
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

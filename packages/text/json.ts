/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  /** Any key, `__proto__` too. */
  [key: string]: Json;
}

/**
 * Reads the fields of one object of a tokenizer.json and refuses what it was not asked for, so that a setting
 * is never ignored in silence. Messages name the field by its path, as in `normalizer.lowercase`.
 */
export class ObjectReader {
  readonly #fields: Map<string, Json>;

  /**
   * @param json The value to read; must be an object.
   * @param path Where it stands in the file, for messages.
   */
  constructor(json: Json | undefined, readonly path: string) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new SyntaxError(`Cannot load tokenizer: ${path} is ${show(json)}, expected an object`);
    }
    this.#fields = new Map(Object.entries(json));
  }

  /** The value of `key` as it stands, `undefined` where absent. */
  take(key: string): Json | undefined {
    const value = this.#fields.get(key);
    this.#fields.delete(key);
    return value;
  }

  string(key: string, fallback?: string): string {
    return this.#typed(key, "a string", fallback, (value) => typeof value === "string");
  }

  boolean(key: string, fallback?: boolean): boolean {
    return this.#typed(key, "true or false", fallback, (value) => typeof value === "boolean");
  }

  /** A string, or `null` where it is `null` or absent. */
  stringOrNull(key: string): string | null {
    return this.#typed(key, "a string or null", null, (value) => value === null || typeof value === "string");
  }

  /** True or false, or `null` where it is `null` or absent. */
  booleanOrNull(key: string): boolean | null {
    return this.#typed(
      key,
      "true, false or null",
      null,
      (value) => value === null || typeof value === "boolean",
    );
  }

  /** A whole number of at least 0. */
  count(key: string, fallback?: number): number {
    return this.#typed(
      key,
      "a whole number of at least 0",
      fallback,
      (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    );
  }

  /** One of `values`. */
  oneOf<T extends string>(key: string, values: readonly T[], fallback?: T): T {
    const expected = `one of ${values.map((value) => `"${value}"`).join(", ")}`;
    return this.#typed(key, expected, fallback, (value) => values.includes(value as T));
  }

  list(key: string): Json[] {
    return this.#typed<Json[]>(key, "a list", undefined, Array.isArray);
  }

  /** An object below this one. */
  object(key: string): ObjectReader {
    return new ObjectReader(this.take(key), `${this.path}.${key}`);
  }

  /** The remaining fields, for objects whose keys are data. */
  entries(): [string, Json][] {
    const entries = [...this.#fields];
    this.#fields.clear();
    return entries;
  }

  /** Call last: a field that nobody asked for is one whose meaning we would drop. */
  done(): void {
    for (const [key, value] of this.#fields) {
      throw new SyntaxError(`Cannot load tokenizer: ${this.path}.${key} = ${show(value)} is not supported`);
    }
  }

  #typed<T>(key: string, expected: string, fallback: T | undefined, accepts: (value: Json) => boolean): T {
    const value = this.take(key);
    if (value === undefined && fallback !== undefined) return fallback;
    if (value === undefined || !accepts(value)) {
      throw new SyntaxError(
        `Cannot load tokenizer: ${this.path}.${key} is ${show(value)}, expected ${expected}`,
      );
    }
    return value as T;
  }
}

/** So long may the path to a component be: some 50 sequences in each other. */
const MAX_PATH = 1000;

/** Reads a component `{ "type": …, … }` of a tokenizer.json with the reader of its type. */
export function readComponent<T>(
  json: Json | undefined,
  path: string,
  readers: Record<string, (fields: ObjectReader) => T>,
): T {
  if (path.length > MAX_PATH) { // before the stack overflows
    throw new SyntaxError(`Cannot load tokenizer: ${path.slice(0, 60)}… nests too deeply; use one Sequence`);
  }
  const fields = new ObjectReader(json, path);
  const type = fields.string("type");
  const known = Object.keys(readers);
  if (!known.includes(type)) {
    throw new SyntaxError(
      `Cannot load tokenizer: ${path} of type "${type}" is not supported; supported: ${known.join(", ")}`,
    );
  }
  const component = readers[type](fields);
  fields.done();
  return component;
}

/** A value as it appears in a message, cut to a readable length. */
export function show(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

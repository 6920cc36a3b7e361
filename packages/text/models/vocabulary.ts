import { type JsonObject, type ObjectReader, show } from "../json.ts";

/** Ids travel as i32. */
const MAX_ID = 2 ** 31 - 1;

/** Tokens and their ids, both ways. */
export class Vocabulary {
  readonly #ids: Map<string, number>;
  readonly #tokens = new Map<number, string>();

  /**
   * @param ids Id of each token.
   * @throws {SyntaxError} If two tokens share an id.
   */
  constructor(ids: ReadonlyMap<string, number>) {
    this.#ids = new Map(ids);
    for (const [token, id] of this.#ids) {
      const other = this.#tokens.get(id);
      if (other !== undefined) {
        throw new SyntaxError(`Cannot use vocabulary: ${show(other)} and ${show(token)} share the id ${id}`);
      }
      this.#tokens.set(id, token);
    }
  }

  /** Reads the object `vocab` of a model in a tokenizer.json. */
  static read(fields: ObjectReader, maxId: number = MAX_ID): Vocabulary {
    const ids = new Map<string, number>();
    const vocab = fields.object("vocab");
    for (const [token, id] of vocab.entries()) {
      if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) > maxId) {
        throw new SyntaxError(
          `Cannot load tokenizer: ${vocab.path}[${show(token)}] is ${
            show(id)
          }, expected an id up to ${maxId}`,
        );
      }
      ids.set(token, id as number);
    }
    return new Vocabulary(ids);
  }

  get size(): number {
    return this.#ids.size;
  }

  /** The id of a token, `undefined` if there is none. */
  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The token of an id, `undefined` if there is none. */
  token(id: number): string | undefined {
    return this.#tokens.get(id);
  }

  /**
   * The id of a token that a model cannot do without.
   *
   * @throws {SyntaxError} If it has none.
   */
  idOfUnknown(token: string): number {
    const id = this.#ids.get(token);
    if (id !== undefined) return id;
    throw new SyntaxError(`Cannot use vocabulary: the unknown token ${show(token)} is not in it`);
  }

  /** Tokens with their ids. */
  entries(): IterableIterator<[token: string, id: number]> {
    return this.#ids.entries();
  }

  /** Its form in a tokenizer.json. */
  toJson(): JsonObject {
    return Object.fromEntries([...this.#ids].sort((a, b) => a[1] - b[1]));
  }
}

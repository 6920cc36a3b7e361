import type { JsonObject, ObjectReader } from "../json.ts";
import type { Model, TokenSink } from "./model.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Each word is a token. */
export class WordLevel implements Model {
  readonly #vocabulary: Vocabulary;
  readonly #unkId: number;

  /**
   * @param vocabulary The words.
   * @param unkToken Stands for other words.
   * @throws {SyntaxError} If the unknown token is not in the vocabulary.
   */
  constructor(vocabulary: Vocabulary, readonly unkToken: string) {
    this.#vocabulary = vocabulary;
    this.#unkId = vocabulary.idOfUnknown(unkToken);
  }

  static read(this: void, fields: ObjectReader): WordLevel {
    return new WordLevel(Vocabulary.read(fields), fields.string("unk_token"));
  }

  get size(): number {
    return this.#vocabulary.size;
  }

  tokenize(word: string, sink: TokenSink): void {
    sink(this.#vocabulary.id(word) ?? this.#unkId, 0, word.length);
  }

  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  toJson(): JsonObject {
    return { type: "WordLevel", vocab: this.#vocabulary.toJson(), unk_token: this.unkToken };
  }
}

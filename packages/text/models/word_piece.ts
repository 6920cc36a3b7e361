import { type JsonObject, type ObjectReader, show } from "../json.ts";
import type { Model, TokenSink } from "./model.ts";
import { Trie } from "./trie.ts";

/** Ids travel as i32. */
const MAX_ID = 2 ** 31 - 1;

/** Settings of {@linkcode WordPiece}. */
export interface WordPieceOptions {
  /** Stands for a word that cannot be put together from tokens; default `[UNK]`. */
  unkToken?: string;
  /** Marks tokens that continue a word; default `##`. */
  continuingSubwordPrefix?: string;
  /** Words of more code points become the unknown token; default 100. */
  maxInputCharsPerWord?: number;
}

/**
 * Greedy longest-match-first word pieces (Wu et al. 2016; the inference rule is that of BERT's
 * `WordpieceTokenizer`): if any part of a word is not in the vocabulary, the whole word is unknown.
 */
export class WordPiece implements Model {
  readonly unkToken: string;
  readonly continuingSubwordPrefix: string;
  readonly maxInputCharsPerWord: number;
  readonly #ids: Map<string, number>;
  readonly #tokens = new Map<number, string>();
  readonly #starts: Trie;
  readonly #continuations: Trie; // without their prefix
  readonly #unkId: number;

  /**
   * @param vocabulary Id of each token; ids are distinct.
   * @throws {SyntaxError} If two tokens share an id or the unknown token has none.
   */
  constructor(vocabulary: ReadonlyMap<string, number>, options: WordPieceOptions = {}) {
    this.unkToken = options.unkToken ?? "[UNK]";
    this.continuingSubwordPrefix = options.continuingSubwordPrefix ?? "##";
    this.maxInputCharsPerWord = options.maxInputCharsPerWord ?? 100;
    this.#ids = new Map(vocabulary);
    const starts: [string, number][] = [];
    const continuations: [string, number][] = [];
    for (const [token, id] of this.#ids) {
      const other = this.#tokens.get(id);
      if (other !== undefined) {
        throw new SyntaxError(`Cannot use vocabulary: ${show(other)} and ${show(token)} share the id ${id}`);
      }
      this.#tokens.set(id, token);
      if (token !== "") starts.push([token, id]);
      const prefix = this.continuingSubwordPrefix;
      if (token.startsWith(prefix) && token !== prefix) continuations.push([token.slice(prefix.length), id]);
    }
    this.#starts = new Trie(starts);
    this.#continuations = new Trie(continuations);
    const unkId = this.#ids.get(this.unkToken);
    if (unkId === undefined) {
      throw new SyntaxError(`Cannot use vocabulary: the unknown token ${show(this.unkToken)} is not in it`);
    }
    this.#unkId = unkId;
  }

  static read(this: void, fields: ObjectReader): WordPiece {
    const vocabulary = new Map<string, number>();
    const vocab = fields.object("vocab");
    for (const [token, id] of vocab.entries()) {
      if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) > MAX_ID) {
        throw new SyntaxError(
          `Cannot load tokenizer: ${vocab.path}[${show(token)}] is ${show(id)}, expected an id`,
        );
      }
      vocabulary.set(token, id as number);
    }
    return new WordPiece(vocabulary, {
      unkToken: fields.string("unk_token"),
      continuingSubwordPrefix: fields.string("continuing_subword_prefix"),
      maxInputCharsPerWord: fields.count("max_input_chars_per_word"),
    });
  }

  get size(): number {
    return this.#ids.size;
  }

  tokenize(word: string, sink: TokenSink): void {
    if (this.#isTooLong(word)) return sink(this.#unkId, 0, word.length);
    const ids: number[] = [];
    const ends: number[] = [];
    for (let start = 0; start < word.length; start = ends[ends.length - 1]) {
      const pieces = start === 0 ? this.#starts : this.#continuations;
      const match = pieces.longestMatch(word, start);
      if (match === 0) return sink(this.#unkId, 0, word.length);
      ids.push(pieces.value(match));
      ends.push(start + pieces.depth(match));
    }
    for (let i = 0; i < ids.length; i++) sink(ids[i], i === 0 ? 0 : ends[i - 1], ends[i]);
  }

  tokenToId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.#tokens.get(id);
  }

  toJson(): JsonObject {
    return {
      type: "WordPiece",
      unk_token: this.unkToken,
      continuing_subword_prefix: this.continuingSubwordPrefix,
      max_input_chars_per_word: this.maxInputCharsPerWord,
      vocab: Object.fromEntries([...this.#ids].sort((a, b) => a[1] - b[1])),
    };
  }

  #isTooLong(word: string): boolean {
    if (word.length <= this.maxInputCharsPerWord) return false;
    if (word.length > 2 * this.maxInputCharsPerWord) return true;
    return Array.from(word).length > this.maxInputCharsPerWord;
  }
}

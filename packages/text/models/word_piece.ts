import type { Budget } from "../budget.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import type { Model, TokenSink } from "./model.ts";
import { Trie } from "./trie.ts";
import { Vocabulary } from "./vocabulary.ts";

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
  readonly #vocabulary: Vocabulary;
  readonly #starts: Trie;
  readonly #continuations: Trie; // without their prefix
  readonly #unkId: number;

  /**
   * @param vocabulary The tokens.
   * @throws {SyntaxError} If the unknown token has no id.
   */
  constructor(vocabulary: Vocabulary, options: WordPieceOptions = {}) {
    this.unkToken = options.unkToken ?? "[UNK]";
    this.continuingSubwordPrefix = options.continuingSubwordPrefix ?? "##";
    this.maxInputCharsPerWord = options.maxInputCharsPerWord ?? 100;
    this.#vocabulary = vocabulary;
    const starts: [string, number][] = [];
    const continuations: [string, number][] = [];
    for (const [token, id] of vocabulary.entries()) {
      if (token !== "") starts.push([token, id]);
      const prefix = this.continuingSubwordPrefix;
      if (token.startsWith(prefix) && token !== prefix) continuations.push([token.slice(prefix.length), id]);
    }
    this.#starts = new Trie(starts);
    this.#continuations = new Trie(continuations);
    this.#unkId = vocabulary.idOfUnknown(this.unkToken);
  }

  static read(this: void, fields: ObjectReader): WordPiece {
    return new WordPiece(Vocabulary.read(fields), {
      unkToken: fields.string("unk_token"),
      continuingSubwordPrefix: fields.string("continuing_subword_prefix"),
      maxInputCharsPerWord: fields.count("max_input_chars_per_word"),
    });
  }

  get size(): number {
    return this.#vocabulary.size;
  }

  tokenize(word: string, sink: TokenSink, budget: Budget): void {
    if (this.#isTooLong(word)) return sink(this.#unkId, 0, word.length);
    const ids: number[] = [];
    const ends: number[] = [];
    for (let start = 0; start < word.length; start = ends[ends.length - 1]) {
      const pieces = start === 0 ? this.#starts : this.#continuations;
      const match = pieces.longestMatch(word, start, budget);
      if (match === 0) return sink(this.#unkId, 0, word.length);
      ids.push(pieces.value(match));
      ends.push(start + pieces.depth(match));
    }
    for (let i = 0; i < ids.length; i++) sink(ids[i], i === 0 ? 0 : ends[i - 1], ends[i]);
  }

  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  toJson(): JsonObject {
    return {
      type: "WordPiece",
      unk_token: this.unkToken,
      continuing_subword_prefix: this.continuingSubwordPrefix,
      max_input_chars_per_word: this.maxInputCharsPerWord,
      vocab: this.#vocabulary.toJson(),
    };
  }

  #isTooLong(word: string): boolean {
    if (word.length <= this.maxInputCharsPerWord) return false;
    if (word.length > 2 * this.maxInputCharsPerWord) return true;
    return Array.from(word).length > this.maxInputCharsPerWord;
  }
}

import type { Budget } from "../budget.ts";
import { type Json, type JsonObject, type ObjectReader, show } from "../json.ts";
import { byteTokens } from "./byte_tokens.ts";
import type { Model, TokenSink } from "./model.ts";
import { Trie } from "./trie.ts";

/** A token with its score, the logarithm of its probability. */
export type ScoredToken = readonly [token: string, score: number];

/** What an unknown character scores below the worst token; as in SentencePiece. */
const UNKNOWN_PENALTY = 10;

/**
 * The unigram language model of SentencePiece (Kudo 2018): of all ways to put a word together from tokens the one of
 * the highest total score. Neighbouring unknown characters are one token.
 */
export class Unigram implements Model {
  readonly #vocabulary: readonly ScoredToken[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #trie: Trie;
  readonly #scores: Float64Array; // by id
  readonly #unkScore: number;

  /**
   * @param vocabulary The tokens by id.
   * @param unkId Stands for unknown characters.
   * @param byteFallback Take the bytes of unknown characters instead, as `<0x00>` to `<0xFF>`.
   */
  constructor(
    vocabulary: readonly ScoredToken[],
    readonly unkId: number | null,
    readonly byteFallback: boolean,
  ) {
    this.#vocabulary = vocabulary;
    this.#ids = new Map(vocabulary.map(([token], id) => [token, id]));
    this.#trie = new Trie([...this.#ids].filter(([token]) => token !== ""));
    this.#scores = Float64Array.from(vocabulary, ([, score]) => score);
    this.#unkScore = this.#scores.reduce((worst, score) => Math.min(worst, score), Infinity) -
      UNKNOWN_PENALTY;
  }

  static read(this: void, fields: ObjectReader): Unigram {
    const vocabulary = fields.list("vocab").map((entry, id) =>
      readEntry(entry, `${fields.path}.vocab[${id}]`)
    );
    const unkId = fields.take("unk_id") ?? null;
    if (unkId !== null && !(Number.isSafeInteger(unkId) && Object.hasOwn(vocabulary, unkId as number))) {
      throw new SyntaxError(
        `Cannot load tokenizer: ${fields.path}.unk_id is ${show(unkId)}, expected the id of one of ` +
          `${vocabulary.length} tokens`,
      );
    }
    return new Unigram(vocabulary, unkId as number | null, fields.boolean("byte_fallback", false));
  }

  get size(): number {
    return this.#vocabulary.length;
  }

  /** @throws {RangeError} If a character is unknown and there is no unknown token. */
  tokenize(word: string, sink: TokenSink, budget: Budget): void {
    const { starts, ids } = this.#bestPaths(word, budget);
    const ends: number[] = []; // from right to left
    for (let end = word.length; end > 0;) {
      ends.push(end);
      const isUnknown = ids[end] === this.unkId;
      end = starts[end];
      while (isUnknown && end > 0 && ids[end] === this.unkId) end = starts[end];
    }
    for (let i = ends.length - 1, start = 0; i >= 0; start = ends[i--]) {
      this.#emit(word, start, ends[i], sink);
    }
  }

  tokenToId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary[id]?.[0];
  }

  toJson(): JsonObject {
    return {
      type: "Unigram",
      unk_id: this.unkId,
      vocab: this.#vocabulary.map((entry) => [...entry]),
      byte_fallback: this.byteFallback,
    };
  }

  /** For each place in the word where a token ends on the best path to it: that token and its start (Viterbi 1967). */
  #bestPaths(word: string, budget: Budget): { starts: Int32Array; ids: Int32Array } {
    const best = new Float64Array(word.length + 1);
    const starts = new Int32Array(word.length + 1).fill(-1);
    const ids = new Int32Array(word.length + 1);
    const offer = (id: number, start: number, end: number, score: number): void => {
      if (starts[end] >= 0 && score <= best[end]) return;
      best[end] = score;
      starts[end] = start;
      ids[end] = id;
    };
    for (let start = 0, next; start < word.length; start = next) {
      next = start + (word.codePointAt(start)! > 0xffff ? 2 : 1);
      let hasCharacter = false;
      this.#trie.prefixes(word, start, (node) => {
        const id = this.#trie.value(node);
        const end = start + this.#trie.depth(node);
        offer(id, start, end, this.#scores[id] + best[start]);
        hasCharacter ||= end === next;
      }, budget);
      if (!hasCharacter) offer(this.#unknown(word, start), start, next, this.#unkScore + best[start]);
    }
    return { starts, ids };
  }

  #emit(word: string, start: number, end: number, sink: TokenSink): void {
    const piece = word.slice(start, end);
    const id = this.#ids.get(piece);
    if (id !== undefined) return sink(id, start, end);
    const bytes = this.byteFallback ? byteTokens(piece, (token) => this.#ids.get(token)) : undefined;
    if (bytes) { for (const byte of bytes) sink(byte, start, end); }
    else sink(this.#unknown(word, start), start, end, piece);
  }

  #unknown(word: string, start: number): number {
    if (this.unkId !== null) return this.unkId;
    const character = String.fromCodePoint(word.codePointAt(start)!);
    throw new RangeError(
      `Cannot tokenize ${
        show(character)
      }: it is not in the vocabulary, and the tokenizer has no unknown token`,
    );
  }
}

function readEntry(json: Json, path: string): ScoredToken {
  if (
    Array.isArray(json) && json.length === 2 && typeof json[0] === "string" && typeof json[1] === "number"
  ) {
    return [json[0], json[1]];
  }
  throw new SyntaxError(`Cannot load tokenizer: ${path} is ${show(json)}, expected [token, score]`);
}

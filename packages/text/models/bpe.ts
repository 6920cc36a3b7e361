import type { Budget } from "../budget.ts";
import { type Json, type JsonObject, type ObjectReader, show } from "../json.ts";
import { byteTokens } from "./byte_tokens.ts";
import { type Merges, mergeWord, type Symbols } from "./merge_word.ts";
import type { Model, TokenSink } from "./model.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Settings of {@linkcode Bpe}. */
export interface BpeOptions {
  /**
   * Stands for a character that is not in the vocabulary; default `null`: such characters are left out. (In Python
   * `tokenizers` the offsets after one then slip by its bytes; here they do not.)
   */
  unkToken?: string | null;
  /** Put before all characters of a word but the first; default `null`. */
  continuingSubwordPrefix?: string | null;
  /** Put after the last character of a word; default `null`. */
  endOfWordSuffix?: string | null;
  /** One unknown token for neighbouring unknown characters; default false. */
  fuseUnk?: boolean;
  /** Bytes as `<0x00>` to `<0xFF>` instead of the unknown token; default false. */
  byteFallback?: boolean;
  /** Take a word that is in the vocabulary as it stands; default false. */
  ignoreMerges?: boolean;
}

const MAX_ID = 2 ** 26 - 1; // so that a pair of ids fits into the 53 bits of a number

/** Words that are remembered with their tokens: so many, up to so many UTF-16 units long and of so many tokens. */
const MAX_KNOWN = 10_000;
const MAX_KNOWN_LENGTH = 64;
const MAX_KNOWN_TOKENS = 3 * MAX_KNOWN_LENGTH; // bytes of that many units

/** Byte-pair encoding (Sennrich et al. 2016): the characters of a word, merged in the order of a list. */
export class Bpe implements Model {
  readonly options: Required<BpeOptions>;
  readonly #vocabulary: Vocabulary;
  readonly #pairs: readonly (readonly [string, string])[];
  readonly #merges: Merges;
  readonly #unkId: number | undefined;
  readonly #known = new Map<string, Symbols>(); // most words of a text occurred before

  /**
   * @param vocabulary The tokens.
   * @param pairs The merges, in order.
   * @throws {SyntaxError} If a merge or the unknown token is not in the vocabulary.
   */
  constructor(
    vocabulary: Vocabulary,
    pairs: readonly (readonly [string, string])[],
    options: BpeOptions = {},
  ) {
    this.options = {
      unkToken: options.unkToken ?? null,
      continuingSubwordPrefix: options.continuingSubwordPrefix ?? null,
      endOfWordSuffix: options.endOfWordSuffix ?? null,
      fuseUnk: options.fuseUnk ?? false,
      byteFallback: options.byteFallback ?? false,
      ignoreMerges: options.ignoreMerges ?? false,
    };
    this.#vocabulary = vocabulary;
    this.#pairs = pairs;
    this.#merges = resolveMerges(vocabulary, pairs, this.options.continuingSubwordPrefix ?? "");
    const { unkToken } = this.options;
    this.#unkId = unkToken === null ? undefined : vocabulary.idOfUnknown(unkToken);
  }

  static read(this: void, fields: ObjectReader): Bpe {
    const dropout = fields.take("dropout") ?? null;
    if (dropout !== null && dropout !== 0) {
      throw new SyntaxError(
        `Cannot load tokenizer: ${fields.path}.dropout is ${
          show(dropout)
        }, expected null: merges are not random here`,
      );
    }
    const merges = fields.list("merges").filter((merge) =>
      // the first line of a merges.txt is none
      !(typeof merge === "string" && merge.startsWith("#version"))
    );
    const pairs = merges.map((merge, i) => readMerge(merge, `${fields.path}.merges[${i}]`));
    return new Bpe(Vocabulary.read(fields, MAX_ID), pairs, {
      unkToken: fields.stringOrNull("unk_token"),
      continuingSubwordPrefix: fields.stringOrNull("continuing_subword_prefix"),
      endOfWordSuffix: fields.stringOrNull("end_of_word_suffix"),
      fuseUnk: fields.booleanOrNull("fuse_unk") ?? false,
      byteFallback: fields.booleanOrNull("byte_fallback") ?? false,
      ignoreMerges: fields.booleanOrNull("ignore_merges") ?? false,
    });
  }

  get size(): number {
    return this.#vocabulary.size;
  }

  tokenize(word: string, sink: TokenSink, budget: Budget): void {
    const whole = this.options.ignoreMerges ? this.#vocabulary.id(word) : undefined;
    if (whole !== undefined) return sink(whole, 0, word.length);
    const { ids, starts, ends } = this.#merged(word, budget);
    for (let i = 0; i < ids.length; i++) sink(ids[i], starts[i], ends[i]);
  }

  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  toJson(): JsonObject {
    return {
      type: "BPE",
      dropout: null,
      unk_token: this.options.unkToken,
      continuing_subword_prefix: this.options.continuingSubwordPrefix,
      end_of_word_suffix: this.options.endOfWordSuffix,
      fuse_unk: this.options.fuseUnk,
      byte_fallback: this.options.byteFallback,
      ignore_merges: this.options.ignoreMerges,
      vocab: this.#vocabulary.toJson(),
      merges: this.#pairs.map((pair) => [...pair]),
    };
  }

  #merged(word: string, budget: Budget): Symbols {
    const known = this.#known.get(word);
    if (known) return known;
    const symbols = this.#symbols(word, budget);
    budget.grow(symbols.ids.length - word.length);
    mergeWord(symbols, this.#merges);
    if (word.length <= MAX_KNOWN_LENGTH && symbols.ids.length <= MAX_KNOWN_TOKENS) {
      if (this.#known.size === MAX_KNOWN) this.#known.clear();
      this.#known.set(word, symbols);
    }
    return symbols;
  }

  /** The word as single characters, those that are unknown as bytes or unknown tokens. */
  #symbols(word: string, budget: Budget): Symbols {
    const symbols: Symbols = { ids: [], starts: [], ends: [] };
    const { continuingSubwordPrefix, endOfWordSuffix, byteFallback, fuseUnk } = this.options;
    const add = (id: number, start: number, end: number): void => {
      symbols.ids.push(id);
      symbols.starts.push(start);
      symbols.ends.push(end);
    };
    let unknownEnd = -1;
    for (let start = 0, end; start < word.length; start = end) {
      const character = String.fromCodePoint(word.codePointAt(start)!);
      end = start + character.length;
      const prefix = start > 0 ? continuingSubwordPrefix ?? "" : "";
      const suffix = end === word.length ? endOfWordSuffix ?? "" : "";
      const token = prefix + character + suffix;
      budget.work(token.length);
      if (byteFallback) budget.checkGrowth(symbols.ids.length + 3 * token.length - word.length);
      const id = this.#vocabulary.id(token);
      const bytes = id === undefined && byteFallback
        ? byteTokens(token, (token) => this.#vocabulary.id(token))
        : undefined;
      if (id !== undefined) add(id, start, end);
      else if (bytes) { for (const byte of bytes) add(byte, start, end); }
      else if (this.#unkId !== undefined) {
        if (fuseUnk && unknownEnd === start) symbols.ends[symbols.ends.length - 1] = end;
        else add(this.#unkId, start, end);
        unknownEnd = end;
      }
    }
    return symbols;
  }
}

function resolveMerges(
  vocabulary: Vocabulary,
  pairs: readonly (readonly [string, string])[],
  prefix: string,
): Merges {
  const ranks = new Map<number, number>();
  const key = (left: number, right: number) => left * (MAX_ID + 1) + right;
  const results = pairs.map(([left, right], rank) => {
    const [leftId, rightId, merged] = [left, right, left + right.slice(prefix.length)].map((token) => {
      const id = vocabulary.id(token);
      if (id !== undefined) return id;
      throw new SyntaxError(
        `Cannot use vocabulary: merge ${rank} of ${show(left)} and ${show(right)} needs ${show(token)}, ` +
          "which is not in it",
      );
    });
    ranks.set(key(leftId, rightId), rank);
    return merged;
  });
  return { rank: (left, right) => ranks.get(key(left, right)), result: (rank) => results[rank] };
}

/** A merge is `[left, right]`, or in older files `"left right"`. */
function readMerge(json: Json, path: string): [string, string] {
  const pair = typeof json === "string" ? json.split(" ") : json;
  if (Array.isArray(pair) && pair.length === 2 && pair.every((token) => typeof token === "string")) {
    return pair as [string, string];
  }
  throw new SyntaxError(`Cannot load tokenizer: ${path} is ${show(json)}, expected two tokens`);
}

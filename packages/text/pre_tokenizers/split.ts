import type { AlignedText } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import type { JsonObject } from "../json.ts";
import { PUNCTUATION } from "../unicode_tables.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";

/** What becomes of a character: words are runs of `text` or of `symbol`, an `isolated` one is a word by itself. */
enum Kind {
  Unknown,
  Dropped,
  Text,
  Symbol,
  Isolated,
}

type Rule = readonly [pattern: RegExp, kind: Kind];

const PUNCTUATION_MARK = characterClass(PUNCTUATION);
const WHITE_SPACE = /\p{White_Space}/u;
const WORD_CHARACTER = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u; // \w of Rust's regex crate (UTS #18)
const NUMBER = /\p{N}/u;
const ANY = /[^]/u;

/**
 * The pre-tokenizers that look at one character at a time. A loop, not a regular expression over runs:
 * the latter's stack overflows on a word of some million characters.
 */
export class SplitPreTokenizer implements PreTokenizer {
  readonly #rules: readonly Rule[];
  readonly #json: JsonObject;
  readonly #kinds = new Uint8Array(0x10000); // of the characters of the basic plane seen so far

  private constructor(rules: readonly Rule[], json: JsonObject) {
    this.#rules = [...rules, [ANY, Kind.Text]];
    this.#json = json;
  }

  /** BERT's: drops white space and makes each punctuation mark a word. */
  static bert(): SplitPreTokenizer {
    const rules: Rule[] = [[WHITE_SPACE, Kind.Dropped], [PUNCTUATION_MARK, Kind.Isolated]];
    return new SplitPreTokenizer(rules, { type: "BertPreTokenizer" });
  }

  /** Drops white space and separates word characters from others: `\w+|[^\w\s]+`. */
  static whitespace(): SplitPreTokenizer {
    const rules: Rule[] = [[WHITE_SPACE, Kind.Dropped], [WORD_CHARACTER, Kind.Text], [ANY, Kind.Symbol]];
    return new SplitPreTokenizer(rules, { type: "Whitespace" });
  }

  /** Drops white space. */
  static whitespaceSplit(): SplitPreTokenizer {
    return new SplitPreTokenizer([[WHITE_SPACE, Kind.Dropped]], { type: "WhitespaceSplit" });
  }

  /** Separates digits from other text; each digit by itself if `individual`. */
  static digits(individual: boolean): SplitPreTokenizer {
    const json = { type: "Digits", individual_digits: individual };
    return new SplitPreTokenizer([[NUMBER, individual ? Kind.Isolated : Kind.Symbol]], json);
  }

  split(source: AlignedText): AlignedText[] {
    const { text } = source;
    const words: AlignedText[] = [];
    let start = 0;
    let current = Kind.Dropped; // of the run that starts at `start`
    for (let i = 0; i < text.length;) {
      const codePoint = text.codePointAt(i)!;
      const kind = this.#kind(codePoint);
      if (kind !== current || kind === Kind.Isolated) {
        if (current !== Kind.Dropped) words.push(source.slice(start, i));
        start = i;
        current = kind;
      }
      i += codePoint > 0xffff ? 2 : 1;
    }
    if (current !== Kind.Dropped) words.push(source.slice(start, text.length));
    return words;
  }

  toJson(): JsonObject {
    return { ...this.#json };
  }

  #kind(codePoint: number): Kind {
    if (codePoint > 0xffff) return this.#classify(codePoint);
    return this.#kinds[codePoint] ||= this.#classify(codePoint);
  }

  #classify(codePoint: number): Kind {
    const character = String.fromCodePoint(codePoint);
    return this.#rules.find(([pattern]) => pattern.test(character))![1];
  }
}

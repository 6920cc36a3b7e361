import type { AlignedText } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import type { JsonObject } from "../json.ts";
import { PUNCTUATION } from "../unicode_tables.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";

const PUNCT = characterClass(PUNCTUATION).source;
const SPACE = "\\p{White_Space}";
const WORD = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]"; // \w of Rust's regex crate (UTS #18)

/**
 * Pre-tokenizers that a regular expression describes: each match is a word, what lies between is dropped.
 * The expressions match single characters or runs of one class, so they take linear time on any text.
 */
export class SplitPreTokenizer implements PreTokenizer {
  readonly #pattern: RegExp;
  readonly #json: JsonObject;

  private constructor(pattern: string, json: JsonObject) {
    this.#pattern = new RegExp(pattern, "gu");
    this.#json = json;
  }

  /** BERT's: drops white space and makes each punctuation mark a word. */
  static bert(): SplitPreTokenizer {
    return new SplitPreTokenizer(`${PUNCT}|(?:(?!${PUNCT})\\P{White_Space})+`, { type: "BertPreTokenizer" });
  }

  /** Drops white space, separates runs of word characters from runs of others: `\w+|[^\w\s]+`. */
  static whitespace(): SplitPreTokenizer {
    return new SplitPreTokenizer(`${WORD}+|(?:(?!${WORD})\\P{White_Space})+`, { type: "Whitespace" });
  }

  /** Drops white space. */
  static whitespaceSplit(): SplitPreTokenizer {
    return new SplitPreTokenizer(`[^${SPACE}]+`, { type: "WhitespaceSplit" });
  }

  /** Makes each punctuation mark a word. */
  static punctuation(): SplitPreTokenizer {
    return new SplitPreTokenizer(`${PUNCT}|(?:(?!${PUNCT})[^])+`, {
      type: "Punctuation",
      behavior: "Isolated",
    });
  }

  /** Separates digits from other text; each digit by itself if `individual`. */
  static digits(individual: boolean): SplitPreTokenizer {
    return new SplitPreTokenizer(`\\p{N}${individual ? "" : "+"}|\\P{N}+`, {
      type: "Digits",
      individual_digits: individual,
    });
  }

  split(source: AlignedText): AlignedText[] {
    const words: AlignedText[] = [];
    for (const match of source.text.matchAll(this.#pattern)) {
      words.push(source.slice(match.index, match.index + match[0].length));
    }
    return words;
  }

  toJson(): JsonObject {
    return { ...this.#json };
  }
}

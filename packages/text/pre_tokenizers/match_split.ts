import type { AlignedText } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import { type JsonObject, type ObjectReader, show } from "../json.ts";
import type { MatchRange } from "../regex/linear_regex.ts";
import { readPattern, type TextPattern } from "../text_pattern.ts";
import { PUNCTUATION } from "../unicode_tables.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { SPLIT_BEHAVIORS, type SplitBehavior, splitByMatches } from "./split_behavior.ts";

const PUNCTUATION_MARKS = characterClass(PUNCTUATION, "g");

/** Splits at the matches of a pattern, or with `invert` at what lies between them. */
export class MatchSplit implements PreTokenizer {
  readonly #matches: TextPattern["matches"];
  readonly #behavior: SplitBehavior;
  readonly #invert: boolean;
  readonly #json: JsonObject;

  private constructor(
    matches: TextPattern["matches"],
    behavior: SplitBehavior,
    invert: boolean,
    json: JsonObject,
  ) {
    this.#matches = matches;
    this.#behavior = behavior;
    this.#invert = invert;
    this.#json = json;
  }

  /** `Split`: at a string or a regular expression. */
  static readSplit(this: void, fields: ObjectReader): MatchSplit {
    const pattern = readPattern(fields);
    const behavior = fields.oneOf("behavior", SPLIT_BEHAVIORS);
    const invert = fields.boolean("invert");
    const json = { type: "Split", pattern: pattern.toJson(), behavior, invert };
    return new MatchSplit((text, budget) => pattern.matches(text, budget), behavior, invert, json);
  }

  /** `Punctuation`: at each punctuation mark. */
  static readPunctuation(this: void, fields: ObjectReader): MatchSplit {
    const behavior = fields.oneOf("behavior", SPLIT_BEHAVIORS, "Isolated");
    const matches = (text: string) => characterRanges(text, PUNCTUATION_MARKS);
    return new MatchSplit(matches, behavior, false, { type: "Punctuation", behavior });
  }

  /** `CharDelimiterSplit`: at each of one character, which goes. */
  static readDelimiter(this: void, fields: ObjectReader): MatchSplit {
    const delimiter = fields.string("delimiter");
    if (Array.from(delimiter).length !== 1) {
      throw new SyntaxError(
        `Cannot load tokenizer: ${fields.path}.delimiter is ${show(delimiter)}, expected one character`,
      );
    }
    const matches = (text: string) => occurrences(text, delimiter);
    return new MatchSplit(matches, "Removed", false, { type: "CharDelimiterSplit", delimiter });
  }

  split(source: AlignedText): AlignedText[] {
    return splitByMatches(source, this.#matches(source.text, source.budget), this.#behavior, this.#invert);
  }

  toJson(): JsonObject {
    return { ...this.#json };
  }
}

/** Where each match of a global pattern of single characters stands. */
function characterRanges(text: string, pattern: RegExp): MatchRange[] {
  return Array.from(text.matchAll(pattern), (match) => [match.index, match.index + match[0].length]);
}

/** Where a string stands in a text. */
export function occurrences(text: string, part: string): MatchRange[] {
  const found: MatchRange[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
    found.push([at, at + part.length]);
  }
  return found;
}

import type { Budget } from "./budget.ts";
import { type JsonObject, type ObjectReader, show } from "./json.ts";
import { LinearRegex, type MatchRange } from "./regex/linear_regex.ts";

/** What a `Split` or `Replace` of a tokenizer.json looks for: a string as it stands, or a regular expression. */
export interface TextPattern {
  /**
   * All matches from left to right; none in an empty text.
   *
   * @param budget Pays for the search.
   */
  matches(text: string, budget: Budget): MatchRange[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

/** Reads the field `pattern`: `{ "String": … }` or `{ "Regex": … }`. */
export function readPattern(fields: ObjectReader): TextPattern {
  const pattern = fields.object("pattern");
  const entries = pattern.entries();
  const [kind, source] = entries[0] ?? [];
  if (entries.length !== 1 || typeof source !== "string" || (kind !== "String" && kind !== "Regex")) {
    throw new SyntaxError(
      `Cannot load tokenizer: ${pattern.path} is ${
        show(Object.fromEntries(entries))
      }, expected a String or Regex`,
    );
  }
  const regex = new LinearRegex(kind === "Regex" ? source : literal(source));
  return {
    matches: (text, budget) => text === "" ? [] : regex.matches(text, budget),
    toJson: () => ({ [kind]: source }),
  };
}

/** An expression that matches `text` as it stands. */
function literal(text: string): string {
  return text.replace(/[\p{P}\p{S}]/gu, "\\$&");
}

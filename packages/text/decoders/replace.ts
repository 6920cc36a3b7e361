import { AlignedText } from "../aligned_text.ts";
import type { Budget } from "../budget.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import { readPattern, type TextPattern } from "../text_pattern.ts";
import type { Decoder } from "./decoder.ts";

/** Replaces each match of a pattern in each token. */
export class ReplaceDecoder implements Decoder {
  constructor(readonly pattern: TextPattern, readonly content: string) {}

  static read(this: void, fields: ObjectReader): ReplaceDecoder {
    return new ReplaceDecoder(readPattern(fields), fields.string("content"));
  }

  decode(tokens: readonly string[], budget: Budget): string[] {
    return tokens.map((token) => {
      const source = new AlignedText(token, undefined, undefined, budget);
      return source.replaceRanges(this.pattern.matches(token, budget), this.content).text;
    });
  }

  toJson(): JsonObject {
    return { type: "Replace", pattern: this.pattern.toJson(), content: this.content };
  }
}

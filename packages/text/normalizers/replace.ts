import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import { readPattern, type TextPattern } from "../text_pattern.ts";
import type { Normalizer } from "./normalizer.ts";

/** Replaces each match of a pattern; references to groups have no meaning in `content`. */
export class Replace implements Normalizer {
  constructor(readonly pattern: TextPattern, readonly content: string) {}

  static read(this: void, fields: ObjectReader): Replace {
    return new Replace(readPattern(fields), fields.string("content"));
  }

  normalize(source: AlignedText): AlignedText {
    return source.replaceRanges(this.pattern.matches(source.text, source.budget), this.content);
  }

  toJson(): JsonObject {
    return { type: "Replace", pattern: this.pattern.toJson(), content: this.content };
  }
}

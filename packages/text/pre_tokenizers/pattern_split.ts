import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import { readPattern, type TextPattern } from "../text_pattern.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { SPLIT_BEHAVIORS, type SplitBehavior, splitByMatches } from "./split_behavior.ts";

/** Splits at the matches of a pattern, or with `invert` at what lies between them. */
export class PatternSplit implements PreTokenizer {
  constructor(readonly pattern: TextPattern, readonly behavior: SplitBehavior, readonly invert: boolean) {}

  static read(this: void, fields: ObjectReader): PatternSplit {
    return new PatternSplit(
      readPattern(fields),
      fields.oneOf("behavior", SPLIT_BEHAVIORS),
      fields.boolean("invert"),
    );
  }

  split(source: AlignedText): AlignedText[] {
    return splitByMatches(source, this.pattern.matches(source.text), this.behavior, this.invert);
  }

  toJson(): JsonObject {
    return {
      type: "Split",
      pattern: this.pattern.toJson(),
      behavior: this.behavior,
      invert: this.invert,
    };
  }
}

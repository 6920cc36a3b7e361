import type { AlignedText } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import type { JsonObject } from "../json.ts";
import { COMBINING_MARKS } from "../unicode_tables.ts";
import type { Normalizer } from "./normalizer.ts";

const MARKS = characterClass(COMBINING_MARKS, "g");

/** Deletes combining marks; takes accents off letters only after NFD or NFKD. */
export class StripAccents implements Normalizer {
  normalize(source: AlignedText): AlignedText {
    return source.replace(MARKS, () => "");
  }

  toJson(): JsonObject {
    return { type: "StripAccents" };
  }
}

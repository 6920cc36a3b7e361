import type { AlignedText } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import type { JsonObject } from "../json.ts";
import type { Normalizer } from "./normalizer.ts";

const DELETED = characterClass("1-8 b e-1f 7f 8f 9f", "g");
const SPACES = characterClass("9 a c d 1680 200b-200f 2028 2029 2581 feff fffd", "g");

/** Deletes control characters and turns unusual white space into spaces; SentencePiece's rules `nmt`. */
export class Nmt implements Normalizer {
  normalize(source: AlignedText): AlignedText {
    return source.replace(DELETED, () => "").replace(SPACES, () => " ");
  }

  toJson(): JsonObject {
    return { type: "Nmt" };
  }
}

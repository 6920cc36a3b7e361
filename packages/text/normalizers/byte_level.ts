import type { AlignedText } from "../aligned_text.ts";
import { toByteCharacters } from "../byte_characters.ts";
import type { JsonObject } from "../json.ts";
import type { Normalizer } from "./normalizer.ts";

/** Writes the bytes of a text as characters. */
export class ByteLevelNormalizer implements Normalizer {
  normalize(source: AlignedText): AlignedText {
    return toByteCharacters(source);
  }

  toJson(): JsonObject {
    return { type: "ByteLevel" };
  }
}

import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";
import type { Normalizer } from "./normalizer.ts";

/** Lower case, each code point by itself. */
export class Lowercase implements Normalizer {
  normalize(source: AlignedText): AlignedText {
    return lowercase(source);
  }

  toJson(): JsonObject {
    return { type: "Lowercase" };
  }
}

/**
 * Lower case of each code point by itself, as Rust's `char::to_lowercase`: unlike `String.toLowerCase`, a final
 * Σ becomes σ, not ς.
 */
export function lowercase(source: AlignedText): AlignedText {
  const text = source.text.replaceAll("Σ", "σ").toLowerCase();
  if (text.length === source.text.length) return source.changed(text, source.starts, source.ends);
  return source.replace(/[\p{Lu}\p{Lt}]/gu, (character) => character.toLowerCase()); // İ becomes two code points
}

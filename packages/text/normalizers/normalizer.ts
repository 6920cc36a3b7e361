import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";

/** Changes text before it is split into words; keeps the alignment where there is one. */
export interface Normalizer {
  normalize(source: AlignedText): AlignedText;
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

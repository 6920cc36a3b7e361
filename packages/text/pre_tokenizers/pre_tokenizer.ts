import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";

/** Splits normalized text into the words that the model then looks up one by one. */
export interface PreTokenizer {
  /** Whether it needs to know where in the original the text lies. */
  readonly readsPlace?: boolean;
  /** The words of `source` in order; none is empty. */
  split(source: AlignedText): AlignedText[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

import type { Budget } from "../budget.ts";
import type { JsonObject } from "../json.ts";

/** A step from tokens to text. */
export interface Decoder {
  /**
   * Changes, joins or splits tokens; the text is what the last step leaves, without separators.
   *
   * @param budget Pays for what it adds.
   */
  decode(tokens: readonly string[], budget: Budget): string[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

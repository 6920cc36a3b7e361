import type { Budget } from "../budget.ts";
import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Turns the suffix that marks the end of a word into a space, the last one into nothing. */
export class BpeDecoder implements Decoder {
  constructor(readonly suffix: string) {}

  decode(tokens: readonly string[], budget: Budget): string[] {
    return tokens.map((token, i) => {
      const text = token.replaceAll(this.suffix, i === tokens.length - 1 ? "" : " ");
      budget.grow(text.length - token.length); // an empty suffix is found between all characters
      return text;
    });
  }

  toJson(): JsonObject {
    return { type: "BPEDecoder", suffix: this.suffix };
  }
}

import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Turns the suffix that marks the end of a word into a space, the last one into nothing. */
export class BpeDecoder implements Decoder {
  constructor(readonly suffix: string) {}

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token, i) => token.replaceAll(this.suffix, i === tokens.length - 1 ? "" : " "));
  }

  toJson(): JsonObject {
    return { type: "BPEDecoder", suffix: this.suffix };
  }
}

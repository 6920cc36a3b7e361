import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Joins all tokens to one, so that the next step sees the whole text. */
export class FuseDecoder implements Decoder {
  decode(tokens: readonly string[]): string[] {
    return [tokens.join("")];
  }

  toJson(): JsonObject {
    return { type: "Fuse" };
  }
}

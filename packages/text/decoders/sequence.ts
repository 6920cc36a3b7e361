import type { Budget } from "../budget.ts";
import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Characters of all tokens together. */
export function totalLength(tokens: readonly string[]): number {
  return tokens.reduce((sum, token) => sum + token.length, 0);
}

/** Several decoders, one after another. */
export class DecoderSequence implements Decoder {
  constructor(readonly decoders: readonly Decoder[]) {}

  decode(tokens: readonly string[], budget: Budget): string[] {
    return this.decoders.reduce(
      (tokens, decoder, i) =>
        budget.run(`.decoders[${i}]`, decoder, totalLength(tokens), () => decoder.decode(tokens, budget)),
      [...tokens],
    );
  }

  toJson(): JsonObject {
    return { type: "Sequence", decoders: this.decoders.map((decoder) => decoder.toJson()) };
  }
}

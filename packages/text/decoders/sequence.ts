import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Several decoders, one after another. */
export class DecoderSequence implements Decoder {
  constructor(readonly decoders: readonly Decoder[]) {}

  decode(tokens: readonly string[]): string[] {
    return this.decoders.reduce((tokens, decoder) => decoder.decode(tokens), [...tokens]);
  }

  toJson(): JsonObject {
    return { type: "Sequence", decoders: this.decoders.map((decoder) => decoder.toJson()) };
  }
}

import { bytesOfToken } from "../byte_characters.ts";
import type { JsonObject } from "../json.ts";
import { type ByteLevelOptions, writeByteLevelOptions } from "../pre_tokenizers/byte_level.ts";
import type { Decoder } from "./decoder.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Puts the bytes together that the tokens stand for; what is not UTF-8 becomes U+FFFD. */
export class ByteLevelDecoder implements Decoder {
  constructor(readonly options: ByteLevelOptions) {}

  decode(tokens: readonly string[]): string[] {
    const parts = tokens.map(bytesOfToken);
    const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let position = 0;
    for (const part of parts) {
      bytes.set(part, position);
      position += part.length;
    }
    return [utf8.decode(bytes)];
  }

  toJson(): JsonObject {
    return writeByteLevelOptions(this.options);
  }
}

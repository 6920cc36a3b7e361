import { type JsonObject, type ObjectReader, show } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Takes up to so many of a character off the start and the end of each token. */
export class StripDecoder implements Decoder {
  constructor(readonly content: string, readonly start: number, readonly stop: number) {}

  static read(this: void, fields: ObjectReader): StripDecoder {
    const content = fields.string("content");
    if (Array.from(content).length !== 1) {
      throw new SyntaxError(
        `Cannot load tokenizer: ${fields.path}.content is ${show(content)}, expected one character`,
      );
    }
    return new StripDecoder(content, fields.count("start"), fields.count("stop"));
  }

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token) => {
      const characters = Array.from(token);
      let start = 0;
      while (start < Math.min(this.start, characters.length) && characters[start] === this.content) start++;
      let end = characters.length;
      while (characters.length - end < this.stop && end > start && characters[end - 1] === this.content) {
        end--;
      }
      return characters.slice(start, end).join("");
    });
  }

  toJson(): JsonObject {
    return { type: "Strip", content: this.content, start: this.start, stop: this.stop };
  }
}

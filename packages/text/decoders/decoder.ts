import { type Json, type JsonObject, type ObjectReader, readComponent } from "../json.ts";
import { WordPieceDecoder } from "./word_piece.ts";

/** Puts tokens together to text. */
export interface Decoder {
  decode(tokens: readonly string[]): string;
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

/** Reads the `decoder` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readDecoder(json: Json | undefined, path: string): Decoder {
  return readComponent<Decoder>(json, path, {
    WordPiece: (fields: ObjectReader) =>
      new WordPieceDecoder({ prefix: fields.string("prefix"), cleanup: fields.boolean("cleanup") }),
  });
}

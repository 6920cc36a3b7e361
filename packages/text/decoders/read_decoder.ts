import { type Json, type ObjectReader, readComponent } from "../json.ts";
import { readMetaspaceOptions } from "../metaspace_options.ts";
import { readByteLevelOptions } from "../pre_tokenizers/byte_level.ts";
import { BpeDecoder } from "./bpe.ts";
import { ByteFallbackDecoder } from "./byte_fallback.ts";
import { ByteLevelDecoder } from "./byte_level.ts";
import type { Decoder } from "./decoder.ts";
import { FuseDecoder } from "./fuse.ts";
import { MetaspaceDecoder } from "./metaspace.ts";
import { ReplaceDecoder } from "./replace.ts";
import { DecoderSequence } from "./sequence.ts";
import { StripDecoder } from "./strip.ts";
import { WordPieceDecoder } from "./word_piece.ts";

/** Reads the `decoder` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readDecoder(json: Json | undefined, path: string): Decoder {
  return readComponent<Decoder>(json, path, {
    BPEDecoder: (fields: ObjectReader) => new BpeDecoder(fields.string("suffix")),
    ByteFallback: () => new ByteFallbackDecoder(),
    ByteLevel: (fields: ObjectReader) => new ByteLevelDecoder(readByteLevelOptions(fields)),
    Fuse: () => new FuseDecoder(),
    Metaspace: (fields: ObjectReader) => new MetaspaceDecoder(readMetaspaceOptions(fields)),
    Replace: ReplaceDecoder.read,
    Sequence: (fields: ObjectReader) =>
      new DecoderSequence(
        fields.list("decoders").map((item, i) => readDecoder(item, `${fields.path}.decoders[${i}]`)),
      ),
    Strip: StripDecoder.read,
    WordPiece: (fields: ObjectReader) =>
      new WordPieceDecoder({ prefix: fields.string("prefix"), cleanup: fields.boolean("cleanup") }),
  });
}

import type { AlignedText } from "../aligned_text.ts";
import { type Json, type JsonObject, type ObjectReader, readComponent } from "../json.ts";
import { readMetaspaceOptions } from "../metaspace_options.ts";
import { ByteLevelPreTokenizer, readByteLevelOptions } from "./byte_level.ts";
import { MetaspacePreTokenizer } from "./metaspace.ts";
import { MatchSplit } from "./match_split.ts";
import { PreTokenizerSequence } from "./sequence.ts";
import { SplitPreTokenizer } from "./split.ts";

/** Splits normalized text into the words that the model then looks up one by one. */
export interface PreTokenizer {
  /** Whether it needs to know where in the original the text lies. */
  readonly readsPlace?: boolean;
  /** The words of `source` in order; none is empty. */
  split(source: AlignedText): AlignedText[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

/** Reads the `pre_tokenizer` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readPreTokenizer(json: Json | undefined, path: string): PreTokenizer {
  return readComponent<PreTokenizer>(json, path, {
    BertPreTokenizer: () => SplitPreTokenizer.bert(),
    ByteLevel: (fields: ObjectReader) => new ByteLevelPreTokenizer(readByteLevelOptions(fields)),
    CharDelimiterSplit: MatchSplit.readDelimiter,
    Digits: (fields: ObjectReader) => SplitPreTokenizer.digits(fields.boolean("individual_digits", false)),
    Metaspace: (fields: ObjectReader) => new MetaspacePreTokenizer(readMetaspaceOptions(fields)),
    Punctuation: MatchSplit.readPunctuation,
    Sequence: (fields: ObjectReader) =>
      new PreTokenizerSequence(
        fields.list("pretokenizers").map((item, i) =>
          readPreTokenizer(item, `${fields.path}.pretokenizers[${i}]`)
        ),
      ),
    Split: MatchSplit.readSplit,
    Whitespace: () => SplitPreTokenizer.whitespace(),
    WhitespaceSplit: () => SplitPreTokenizer.whitespaceSplit(),
  });
}

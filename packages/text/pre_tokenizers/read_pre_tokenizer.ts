import { type Json, type ObjectReader, readComponent } from "../json.ts";
import { readMetaspaceOptions } from "../metaspace_options.ts";
import { ByteLevelPreTokenizer, readByteLevelOptions } from "./byte_level.ts";
import { MatchSplit } from "./match_split.ts";
import { MetaspacePreTokenizer } from "./metaspace.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { PreTokenizerSequence } from "./sequence.ts";
import { SplitPreTokenizer } from "./split.ts";

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

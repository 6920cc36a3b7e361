import type { AlignedText } from "../aligned_text.ts";
import { type Json, type JsonObject, type ObjectReader, readComponent } from "../json.ts";
import { PreTokenizerSequence } from "./sequence.ts";
import { SplitPreTokenizer } from "./split.ts";

/** Splits normalized text into the words that the model then looks up one by one. */
export interface PreTokenizer {
  /** The words of `source` in order; none is empty. */
  split(source: AlignedText): AlignedText[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

/** Reads the `pre_tokenizer` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readPreTokenizer(json: Json | undefined, path: string): PreTokenizer {
  return readComponent<PreTokenizer>(json, path, {
    BertPreTokenizer: () => SplitPreTokenizer.bert(),
    Digits: (fields: ObjectReader) => SplitPreTokenizer.digits(fields.boolean("individual_digits", false)),
    Punctuation: (fields: ObjectReader) => {
      fields.oneOf("behavior", ["Isolated"], "Isolated");
      return SplitPreTokenizer.punctuation();
    },
    Sequence: (fields: ObjectReader) =>
      new PreTokenizerSequence(
        fields.list("pretokenizers").map((item, i) =>
          readPreTokenizer(item, `${fields.path}.pretokenizers[${i}]`)
        ),
      ),
    Whitespace: () => SplitPreTokenizer.whitespace(),
    WhitespaceSplit: () => SplitPreTokenizer.whitespaceSplit(),
  });
}

import type { AlignedText } from "../aligned_text.ts";
import { toByteCharacters } from "../byte_characters.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import { LinearRegex } from "../regex/linear_regex.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitByMatches } from "./split_behavior.ts";

/** The words of GPT-2 (Radford et al. 2019), with the space before them. */
const GPT2_WORDS = new LinearRegex(
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
);

/** Settings of `ByteLevel`; it appears as pre-tokenizer, post-processor and decoder, and each uses a part of them. */
export interface ByteLevelOptions {
  /** Put a space before the text if there is none. */
  readonly addPrefixSpace: boolean;
  /** Leave white space out of the offsets. */
  readonly trimOffsets: boolean;
  /** Split into words as GPT-2 does. */
  readonly useRegex: boolean;
}

/** Reads the settings of `ByteLevel`. */
export function readByteLevelOptions(fields: ObjectReader): ByteLevelOptions {
  return {
    addPrefixSpace: fields.boolean("add_prefix_space"),
    trimOffsets: fields.boolean("trim_offsets"),
    useRegex: fields.boolean("use_regex", true),
  };
}

/** The form of `ByteLevel` in a tokenizer.json. */
export function writeByteLevelOptions(options: ByteLevelOptions): JsonObject {
  return {
    type: "ByteLevel",
    add_prefix_space: options.addPrefixSpace,
    trim_offsets: options.trimOffsets,
    use_regex: options.useRegex,
  };
}

/** Splits as GPT-2 does and writes the bytes of each word as characters. */
export class ByteLevelPreTokenizer implements PreTokenizer {
  constructor(readonly options: ByteLevelOptions) {}

  split(source: AlignedText): AlignedText[] {
    const { addPrefixSpace, useRegex } = this.options;
    const text = addPrefixSpace && !source.text.startsWith(" ") ? source.prepend(" ") : source;
    const words = useRegex
      ? splitByMatches(text, GPT2_WORDS.matches(text.text, text.budget), "Isolated")
      : [text];
    return words.map(toByteCharacters);
  }

  toJson(): JsonObject {
    return writeByteLevelOptions(this.options);
  }
}

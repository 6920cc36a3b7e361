import type { AlignedText } from "../aligned_text.ts";
import { characterClass } from "../character_class.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import { BERT_ACCENTS, CLEANED } from "../unicode_tables.ts";
import { lowercase } from "./lowercase.ts";
import type { Normalizer } from "./normalizer.ts";
import { toUnicodeForm } from "./unicode_form.ts";

/** Switches of {@linkcode BertNormalizer}. */
export interface BertNormalizerOptions {
  /** Delete control characters and turn every white space into a plain space; default true. */
  cleanText?: boolean;
  /** Put spaces around CJK ideographs, so that each becomes a word; default true. */
  handleChineseChars?: boolean;
  /** Take accents off letters; default `null`, which means: if `lowercase`. */
  stripAccents?: boolean | null;
  /** Default true. */
  lowercase?: boolean;
}

const PLAIN = /^[ -~]*$/;
const CLEANED_CHARACTERS = characterClass(CLEANED, "g");
const WHITE_SPACE = /\p{White_Space}/gu;
const ACCENTS = characterClass(BERT_ACCENTS, "g");
/** The blocks of `_is_chinese_char` in Google's BERT tokenization.py, with Rust's slip of 2B920 for 2B820. */
const IDEOGRAPHS = characterClass(
  "4e00-9fff 3400-4dbf 20000-2a6df 2a700-2b81f 2b920-2ceaf f900-faff 2f800-2fa1f",
  "g",
);

/** The normalization of BERT (Devlin et al. 2019), as in Google's `BasicTokenizer`. */
export class BertNormalizer implements Normalizer {
  readonly cleanText: boolean;
  readonly handleChineseChars: boolean;
  readonly stripAccents: boolean | null;
  readonly lowercase: boolean;

  constructor(options: BertNormalizerOptions = {}) {
    this.cleanText = options.cleanText ?? true;
    this.handleChineseChars = options.handleChineseChars ?? true;
    this.stripAccents = options.stripAccents ?? null;
    this.lowercase = options.lowercase ?? true;
  }

  static read(this: void, fields: ObjectReader): BertNormalizer {
    const stripAccents = fields.take("strip_accents") ?? null;
    if (stripAccents !== null && typeof stripAccents !== "boolean") {
      throw new SyntaxError(
        `Cannot load tokenizer: ${fields.path}.strip_accents must be true, false or null`,
      );
    }
    return new BertNormalizer({
      cleanText: fields.boolean("clean_text"),
      handleChineseChars: fields.boolean("handle_chinese_chars"),
      stripAccents,
      lowercase: fields.boolean("lowercase"),
    });
  }

  normalize(source: AlignedText): AlignedText {
    let text = source;
    if (!PLAIN.test(text.text)) { // plain ASCII has nothing to clean, to space out or to strip
      if (this.cleanText) text = text.replace(CLEANED_CHARACTERS, () => "").replace(WHITE_SPACE, () => " ");
      if (this.handleChineseChars) text = text.replace(IDEOGRAPHS, (ideograph) => ` ${ideograph} `);
      if (this.stripAccents ?? this.lowercase) text = toUnicodeForm(text, "NFD").replace(ACCENTS, () => "");
    }
    return this.lowercase ? lowercase(text) : text;
  }

  toJson(): JsonObject {
    return {
      type: "BertNormalizer",
      clean_text: this.cleanText,
      handle_chinese_chars: this.handleChineseChars,
      strip_accents: this.stripAccents,
      lowercase: this.lowercase,
    };
  }
}

import type { EncodedText, EncoderClassifierConfig } from "@taxon/model";
import type { Encoding, Tokenizer, Truncation } from "@taxon/text";
import { ngramsOf } from "./ngrams.ts";

/** Texts of more characters a token that the model reads are likely to be cut, so that their places are needed. */
const LIKELY_CUT = 4;

/** One text, or a pair that the model reads together; an empty second text is none, as in transformers. */
export interface TextInput {
  /** The only text, or the first of a pair. */
  readonly text: string;
  /** The second text of a pair; absent for one text alone. */
  readonly textPair?: string;
}

/** A text of many; `file` and `row` say in refusals where it is from. */
export interface LocatedText extends TextInput {
  readonly file?: string;
  readonly row?: number;
}

/** An input as the model takes it. */
export interface EncodedInput extends EncodedText {
  /** Token ids, special tokens included, [tokens]. */
  readonly ids: Int32Array;
  /** 0 for the first text, 1 for the second, [tokens]; absent means all 0. */
  readonly typeIds?: Int32Array;
  /** Whether the text has more tokens than these. */
  readonly truncated: boolean;
}

/** What of a configuration says how texts are encoded. */
export type EncodingConfig = Pick<EncoderClassifierConfig, "maxTokens" | "longText" | "ngramRows">;

/** How to encode otherwise than the configuration says. */
export interface EncodeOptions {
  /** Most tokens to read. */
  readonly maxTokens?: number;
  /** The end of a longer text that is cut off; default `right`. */
  readonly truncationDirection?: Truncation["direction"];
  /** Whether to stop reading behind the tokens that are kept, so that what is cut off is not counted; default no. */
  readonly stopEarly?: boolean;
  /** Whether to count n-grams; default: if the model has a branch for them. */
  readonly ngrams?: boolean;
}

/**
 * Encodes a text or a pair as a model takes it, n-grams of the part that the encoder sees included.
 *
 * @returns What the model takes, and the tokens with their places.
 * @throws {RangeError} If the text is too long and the model's policy is "error".
 */
export function encodeInput(
  tokenizer: Tokenizer,
  config: EncodingConfig,
  { text, textPair }: TextInput,
  { maxTokens = config.maxTokens, truncationDirection, stopEarly, ngrams = config.ngramRows > 0 }:
    EncodeOptions = {},
): { encoded: EncodedInput; encoding: Encoding } {
  const input = { text, textPair: textPair || undefined };
  const encoding = tokenizer.encode(text, input.textPair, {
    stopEarly,
    offsets: ngrams && text.length + (textPair?.length ?? 0) > LIKELY_CUT * maxTokens,
    padding: null,
    truncation: { maxLength: maxTokens, direction: truncationDirection },
  });
  const { ids, typeIds, truncated, truncatedTokens } = encoding;
  if (config.longText === "error" && truncated) {
    throw new RangeError(
      `Cannot encode a text of ${ids.length + truncatedTokens} tokens: the model takes ${maxTokens}; ` +
        `shorten the text or set longText to "truncate"`,
    );
  }
  return {
    encoded: { ids, typeIds, truncated, ngrams: ngrams ? ngramsOf(input, encoding) : undefined },
    encoding,
  };
}

/**
 * Encodes many texts.
 *
 * @throws {RangeError} As `encodeInput`, naming the row where there is one.
 */
export function encodeInputs(
  tokenizer: Tokenizer,
  config: EncodingConfig,
  inputs: readonly LocatedText[],
  { onProgress, ...options }: EncodeOptions & { readonly onProgress?: (share: number) => void } = {},
): EncodedInput[] {
  const encoded = inputs.map((input, i) => {
    onProgress?.(i / inputs.length);
    try {
      return encodeInput(tokenizer, config, input, options).encoded;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { file, row } = input;
      throw new RangeError(`${error.message} (${file === undefined ? `text ${i + 1}` : `${file}:${row}`})`);
    }
  });
  onProgress?.(1);
  return encoded;
}

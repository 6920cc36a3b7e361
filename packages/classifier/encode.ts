import type { EncodedText, EncoderClassifierConfig } from "@taxon/model";
import { encodeWithin, type Encoding, type Tokenizer } from "@taxon/text";
import { ngramsOf } from "./ngrams.ts";

/** One text, or a pair that the model reads together; an empty second text is none, as in transformers. */
export interface TextInput {
  readonly text: string;
  readonly textPair?: string;
}

/** An input as the model takes it. */
export interface EncodedInput extends EncodedText {
  readonly ids: Int32Array;
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
  readonly truncationDirection?: "left" | "right";
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
  { maxTokens = config.maxTokens, truncationDirection, ngrams = config.ngramRows > 0 }: EncodeOptions = {},
): { encoded: EncodedInput; encoding: Encoding } {
  const input = { text, textPair: textPair || undefined };
  const limit = { maxTokens, longText: config.longText, direction: truncationDirection };
  const encoding = encodeWithin(tokenizer, limit, text, input.textPair);
  const { ids, typeIds, truncated } = encoding;
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
  inputs: readonly (TextInput & { readonly file?: string; readonly row?: number })[],
  options?: EncodeOptions,
): EncodedInput[] {
  return inputs.map((input, i) => {
    try {
      return encodeInput(tokenizer, config, input, options).encoded;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { file, row } = input;
      throw new RangeError(`${error.message} (${file === undefined ? `text ${i + 1}` : `${file}:${row}`})`);
    }
  });
}

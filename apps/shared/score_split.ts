import { type EncodedText, type EncoderClassifierConfig, scores } from "@taxon/model";
import { encodeWithin, type Tokenizer } from "@taxon/text";
import { ngramsOf } from "./ngrams.ts";

/** Encoded texts and how many of them were cut at the model's longest sequence. */
export interface EncodedSplit {
  texts: (EncodedText & { truncated: boolean })[];
  truncated: number;
}

/**
 * Encodes texts or pairs as the model takes them; an empty second text is none, as in transformers.
 *
 * @param onProgress Told how many of the texts are done, 0 … 1; what it throws ends the work.
 * @throws {RangeError} If a text is too long and the model's policy is "error", naming the row where there is one.
 */
export function encodeTexts(
  tokenizer: Tokenizer,
  config: Pick<EncoderClassifierConfig, "maxTokens" | "longText" | "ngramRows">,
  inputs: readonly { text: string; textPair?: string; file?: string; row?: number }[],
  onProgress: (share: number) => void = () => {},
): EncodedSplit {
  const texts = inputs.map(({ text, textPair, file, row }, i) => {
    onProgress(i / inputs.length);
    try {
      const input = { text, textPair: textPair || undefined };
      const encoding = encodeWithin(tokenizer, config, text, input.textPair);
      const { ids, typeIds, truncated } = encoding;
      return { ids, typeIds, truncated, ngrams: ngramsOf(config, input, encoding) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`${error.message} (${file === undefined ? `text ${i + 1}` : `${file}:${row}`})`);
    }
  });
  onProgress(1);
  return { texts, truncated: texts.filter(({ truncated }) => truncated).length };
}

/** Scores [n, labels] from logits [n, labels], at the config's temperature. */
export function scoreRows(logits: Float32Array, config: EncoderClassifierConfig): Float64Array {
  const labels = config.labels.length;
  const result = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += labels) {
    result.set(scores(logits.subarray(at, at + labels), config), at);
  }
  return result;
}

import type { EncoderClassifierConfig } from "@taxon/model";
import type { Tokenizer } from "@taxon/text";

/** @throws {RangeError} If the tokenizer gives ids that the model has no embedding for. */
export function requireFittingVocabulary(
  tokenizer: Tokenizer,
  { vocabSize }: Pick<EncoderClassifierConfig, "vocabSize">,
): void {
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new RangeError(
    `tokenizer.json has ${tokenizer.vocabSize} tokens, the model only ${vocabSize}; take files of the same run`,
  );
}

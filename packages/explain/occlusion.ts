import { type EncodedText, type EncoderClassifier, predictLogits } from "@taxon/model";

/**
 * How much a logit drops when a token is hidden (Zeiler and Fergus 2014, section 4.2): the text is classified once more
 * for each token, with that token replaced.
 *
 * @param options.label Index of the label whose logit is explained.
 * @param options.baseline Token ids to put in place, [tokens]: `[MASK]` for words, special tokens as they are.
 * @param options.maxBatchTokens Tokens computed at once; default 4096.
 * @returns One a token, in units of the logit: above 0 if the token speaks for the label; 0 where text and baseline agree.
 * @throws {RangeError} If the baseline has another length.
 */
export async function occlusion(
  model: EncoderClassifier,
  text: EncodedText,
  options: { label: number; baseline: ArrayLike<number>; maxBatchTokens?: number },
): Promise<Float64Array> {
  const { label, baseline, maxBatchTokens } = options;
  const ids = Array.from(text.ids);
  if (baseline.length !== ids.length) {
    throw new RangeError(
      `Cannot hide tokens of a text of ${ids.length} behind a baseline of ${baseline.length}: give one id a token`,
    );
  }
  const places = [...ids.keys()].filter((i) => ids[i] !== baseline[i]);
  const hidden = places.map((place) => ({ ...text, ids: ids.with(place, baseline[place]) }));
  const logits = await predictLogits(model, [text, ...hidden], { maxBatchTokens });
  const labels = model.config.labels.length;
  const drops = new Float64Array(ids.length);
  places.forEach((place, i) => drops[place] = logits[label] - logits[(i + 1) * labels + label]);
  return drops;
}

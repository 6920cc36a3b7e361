import { scores } from "@taxon/decision";
import { type EncodedText, type EncoderClassifier, packBatch, predictLogits } from "@taxon/model";
import { scope, tensor } from "@taxon/tensor";

/**
 * What each head contributes to a score: the change when its output is replaced by zeros (Michel et al. 2019, Are
 * Sixteen Heads Really Better than One?, section 2.2). One forward pass a head, several packed together.
 *
 * @param options.label Index of the label whose score is watched.
 * @param options.maxBatchTokens Tokens computed at once; default 4096.
 * @returns [layers][heads]; below 0 if the score falls without the head.
 * @throws {RangeError} If a logit is not finite.
 */
export async function headEffects(
  model: EncoderClassifier,
  text: EncodedText,
  { label, maxBatchTokens = 4096 }: { label: number; maxBatchTokens?: number },
): Promise<number[][]> {
  const { layers, heads, labels } = model.config;
  const scoreOf = (logits: Float32Array) => scores(logits, model.config)[label];
  const whole = scoreOf(await predictLogits(model, [text]));
  const effects = new Float64Array(layers * heads);
  const atOnce = Math.max(1, Math.floor(maxBatchTokens / text.ids.length));
  for (let from = 0; from < effects.length; from += atOnce) {
    const off = Array.from({ length: Math.min(atOnce, effects.length - from) }, (_, i) => from + i);
    const logits = await logitsWithout(model, text, off);
    off.forEach((head, i) => {
      effects[head] = scoreOf(logits.slice(i * labels.length, (i + 1) * labels.length)) - whole;
    });
  }
  return Array.from({ length: layers }, (_, layer) => [...effects.slice(layer * heads, (layer + 1) * heads)]);
}

/** Logits of copies of a text, each without one head, counted through the layers: [off.length, labels]. */
async function logitsWithout(
  model: EncoderClassifier,
  text: EncodedText,
  off: readonly number[],
): Promise<Float32Array> {
  const { layers, heads } = model.config;
  const batch = packBatch(off.map(() => text));
  const masks = Array.from({ length: layers }, (_, layer) => {
    const mask = new Float32Array(batch.ids.length * heads).fill(1);
    batch.sequences.forEach((copy, token) => {
      const head = off[copy] - layer * heads;
      if (head >= 0 && head < heads) mask[token * heads + head] = 0;
    });
    return mask;
  });
  using logits = scope(() => {
    const { backend } = model.base.embedding.weight;
    const headMasks = masks.map((mask) => tensor(mask, [batch.ids.length, heads, 1], { backend }));
    return model.forward(batch, { headMasks }).logits;
  });
  return await logits.data();
}

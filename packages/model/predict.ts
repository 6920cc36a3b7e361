import { scope } from "@taxon/tensor";
import { type EncodedText, packBatch } from "./batch.ts";
import type { EncoderClassifier } from "./classifier.ts";

/**
 * Logits of any number of texts, computed in packed batches; a text gets the same bits alone and in any batch.
 *
 * @param options.maxBatchTokens Tokens computed at once; a longer single text still runs, alone. Default 4096.
 * @returns Row-major [texts, labels].
 */
export async function predictLogits(
  model: EncoderClassifier,
  texts: readonly EncodedText[],
  { maxBatchTokens = 4096 }: { maxBatchTokens?: number } = {},
): Promise<Float32Array> {
  const labels = model.config.labels.length;
  const logits = new Float32Array(texts.length * labels);
  for (let from = 0; from < texts.length;) {
    let [to, tokens] = [from, 0];
    do tokens += texts[to++].ids.length; while (
      to < texts.length && tokens + texts[to].ids.length <= maxBatchTokens
    );
    const batch = packBatch(texts.slice(from, to), new Int32Array(to - from));
    using result = scope(() => model.forward(batch).logits);
    logits.set(await result.data(), from * labels);
    from = to;
  }
  return logits;
}

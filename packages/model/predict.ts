import { scope, type Tensor } from "@taxon/tensor";
import { type EncodedText, packBatch } from "./batch.ts";
import type { EncoderClassifier, ForwardResult } from "./classifier.ts";

/** How much is computed at once. */
export interface PredictOptions {
  /** Tokens computed at once; a longer single text still runs, alone. Default 4096. */
  maxBatchTokens?: number;
  /** Called before each batch with the number of texts that are done; what it throws ends the work. */
  onBatch?: (done: number) => void;
}

/**
 * Logits of any number of texts, computed in packed batches; a text gets the same bits alone and in any batch.
 *
 * @returns Row-major [texts, labels].
 */
export function predictLogits(
  model: EncoderClassifier,
  texts: readonly EncodedText[],
  options?: PredictOptions,
): Promise<Float32Array> {
  return predictRows(model, texts, model.config.labels.length, ({ logits }) => logits, options);
}

/**
 * What the encoder makes of each text, as `predictLogits`; `EncoderClassifier.classify` takes it on.
 *
 * @returns Row-major [texts, modelSize].
 */
export function predictPooled(
  model: EncoderClassifier,
  texts: readonly EncodedText[],
  options?: PredictOptions,
): Promise<Float32Array> {
  return predictRows(model, texts, model.config.modelSize, ({ pooled }) => pooled, options);
}

/**
 * What the last layer of the head reads of each text, as `predictLogits`: a linear model fitted to it can take its place.
 *
 * @returns Row-major [texts, modelSize].
 */
export function predictFeatures(
  model: EncoderClassifier,
  texts: readonly EncodedText[],
  options?: PredictOptions,
): Promise<Float32Array> {
  return predictRows(model, texts, model.config.modelSize, ({ pooled }) => model.features(pooled), options);
}

async function predictRows(
  model: EncoderClassifier,
  texts: readonly EncodedText[],
  width: number,
  pick: (result: ForwardResult) => Tensor,
  { maxBatchTokens = 4096, onBatch }: PredictOptions = {},
): Promise<Float32Array> {
  const rows = new Float32Array(texts.length * width);
  for (let from = 0; from < texts.length;) {
    onBatch?.(from);
    let [to, tokens] = [from, 0];
    do tokens += texts[to++].ids.length; while (
      to < texts.length && tokens + texts[to].ids.length <= maxBatchTokens
    );
    const batch = packBatch(texts.slice(from, to), new Int32Array(to - from));
    using result = scope(() => pick(model.forward(batch)));
    rows.set(await result.data(), from * width);
    from = to;
  }
  return rows;
}

import { type EncodedText, type EncoderClassifier, packBatch } from "@taxon/model";
import { keep, scope, type Tensor } from "@taxon/tensor";

/**
 * The attention weights of a text.
 *
 * @returns One array a layer, row-major [heads, tokens (queries), tokens (keys)]; each row sums to 1.
 */
export async function attentionOf(model: EncoderClassifier, text: EncodedText): Promise<Float32Array[]> {
  const layers: Tensor[] = [];
  try {
    const onAttention = ([weights]: Tensor[]) => void layers.push(keep(weights));
    scope(() => void model.forward(packBatch([text]), { onAttention }));
    return await Promise.all(layers.map((weights) => weights.data()));
  } finally {
    for (const weights of layers) weights.dispose();
  }
}

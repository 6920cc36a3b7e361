/**
 * How deep in the network a parameter of `EncoderClassifier` lies: 0 for the embeddings, i + 1 for encoder layer i,
 * layers + 1 for the head. The norm after the last layer counts as part of it.
 *
 * @example The second of two layers, and the head
 * ```ts
 * import { parameterDepth } from "@taxon/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parameterDepth("encoder.layers.1.feedForward.up.weight", 2), 2);
 * assertEquals(parameterDepth("head.bias", 2), 3);
 * ```
 *
 * @param name As in `namedParameters()`.
 * @param layers Encoder layers of the model.
 */
export function parameterDepth(name: string, layers: number): number {
  if (name.startsWith("head")) return layers + 1; // head, headDense and headNorm
  if (name.startsWith("finalNorm")) return layers;
  const layer = /^encoder\.layers\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? 0 : Number(layer) + 1;
}

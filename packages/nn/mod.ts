/**
 * Layers of the transformer encoder: no I/O, no knowledge of checkpoints.
 *
 * @example One encoder layer on two packed sequences of 3 and 2 tokens
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { EncoderLayer } from "@taxon/nn";
 * import { scope, ones, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using layer = new EncoderLayer({
 *   modelSize: 8, heads: 2, headDim: 4, feedForwardSize: 16, activation: "geluTanh",
 *   norm: "pre", normAffine: false, normEps: 1e-6, dropout: 0,
 * }).initialize(42);
 * using y = scope(() => layer.forward(ones([5, 8]), { layout: { kind: "packed", cuSeqlens: Int32Array.of(0, 3, 5) } }));
 * assertEquals(y.shape, [5, 8]);
 * ```
 *
 * @module
 */
export * from "./context.ts";
export * from "./dropout.ts";
export * from "./embedding.ts";
export * from "./encoder.ts";
export * from "./encoder_layer.ts";
export * from "./feed_forward.ts";
export * from "./init.ts";
export * from "./layer_norm.ts";
export * from "./linear.ts";
export * from "./loss.ts";
export * from "./low_rank_update.ts";
export * from "./module.ts";
export * from "./multi_head_attention.ts";
export * from "./pooling.ts";
export * from "./position.ts";
export * from "./rotary_order.ts";
export * from "./separate_heads_attention.ts";
export * from "./single_head_attention.ts";
export type { TorchMasks } from "./torch_mask.ts";
export * from "./torch_multihead_attention.ts";
export * from "./torch_transformer_encoder.ts";
export * from "./torch_transformer_encoder_layer.ts";

import { cast, div, maximum, mul, reshape, slice, sum, type Tensor } from "@taxon/tensor";

/**
 * Mean of the real tokens of each text; a text without any gives zeros.
 *
 * @param hidden [batch, tokens, model]
 * @param mask i32 [batch, tokens], 1 for real tokens and 0 for padding.
 * @returns [batch, model]
 *
 * @example
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { meanPooling } from "@taxon/nn";
 * import { scope, tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * const mask = tensor(Int32Array.of(1, 1, 0), [1, 3]);
 * using pooled = scope(() => meanPooling(tensor([[[1], [3], [100]]]), mask));
 * assertEquals(await pooled.data(), Float32Array.of(2));
 * ```
 */
export function meanPooling(hidden: Tensor, mask: Tensor): Tensor {
  const [batch, tokens] = hidden.shape;
  const real = reshape(cast(mask, "f32"), [batch, tokens, 1]);
  return div(sum(mul(hidden, real), { axes: [1] }), maximum(sum(real, { axes: [1] }), 1));
}

/** The first token of each text, [CLS] by convention. hidden: [batch, tokens, model] → [batch, model]. */
export function clsPooling(hidden: Tensor): Tensor {
  const [batch, , model] = hidden.shape;
  return reshape(slice(hidden, [0, 0, 0], [batch, 1, model]), [batch, model]);
}

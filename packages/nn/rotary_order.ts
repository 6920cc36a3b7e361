import { gather, type Tensor, tensor } from "@taxon/tensor";

/**
 * Reorders the features of each head from interleaved rotary pairs (2i, 2i+1), as in the article, to half-split ones
 * (i, i + headDim/2), as in Hugging Face checkpoints.
 *
 * Applied to the weights and biases of query and key, a model of the one convention becomes one of the other: both
 * sides of each dot product are permuted alike, so scores stay the same. Values are not turned and stay as they are.
 *
 * @param rows Weight [heads · headDim, in] or bias [heads · headDim]; axis 0 is reordered.
 *
 * @example The first half takes the even features, the second the odd ones
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { interleavedToHalf } from "@taxon/nn";
 * import { tensor, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using bias = interleavedToHalf(tensor([0, 1, 2, 3]), 4);
 * assertEquals(await bias.data(), Float32Array.of(0, 2, 1, 3));
 * ```
 *
 * @throws {RangeError} If headDim is odd or does not divide axis 0.
 */
export function interleavedToHalf(rows: Tensor, headDim: number): Tensor {
  return reorder(rows, headDim, (i) => i < headDim / 2 ? 2 * i : 2 * (i - headDim / 2) + 1);
}

/** The inverse of `interleavedToHalf`. */
export function halfToInterleaved(rows: Tensor, headDim: number): Tensor {
  return reorder(rows, headDim, (i) => i % 2 === 0 ? i / 2 : headDim / 2 + (i - 1) / 2);
}

/** @param source For each feature of a head the one whose place it takes. */
function reorder(rows: Tensor, headDim: number, source: (feature: number) => number): Tensor {
  const [count] = rows.shape;
  if (!(headDim > 0 && headDim % 2 === 0 && count % headDim === 0)) {
    throw new RangeError(
      `Cannot reorder ${count} features for heads of ${headDim}: headDim must be even and divide them`,
    );
  }
  const ids = Int32Array.from({ length: count }, (_, i) => i - i % headDim + source(i % headDim));
  using order = tensor(ids, [count], { backend: rows.backend });
  return gather(rows, order);
}

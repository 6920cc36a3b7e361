import { div, gather, maximum, mul, scatterAdd, sqrt, sum, type Tensor, tensor } from "@taxon/tensor";
import type { PackedBatch } from "./batch.ts";
import type { EncoderClassifierConfig } from "./config.ts";

/**
 * One vector for each sequence: its first token's, or the mean of all, scaled to length 1 if the config says so. Each
 * sequence is summed by itself in token order, so its result does not depend on its neighbours.
 *
 * @param hidden [tokens, model]
 * @returns [sequences, model]
 */
export function pool(
  hidden: Tensor,
  { cuSeqlens, sequences }: PackedBatch,
  { pooling, normalizePooled }: Pick<EncoderClassifierConfig, "pooling" | "normalizePooled">,
): Tensor {
  const options = { backend: hidden.backend };
  const count = cuSeqlens.length - 1;
  let pooled: Tensor;
  switch (pooling) {
    case "cls":
      pooled = gather(hidden, tensor(cuSeqlens.slice(0, count), [count], options));
      break;
    case "mean": {
      const shares = Float32Array.from({ length: count }, (_, s) => 1 / (cuSeqlens[s + 1] - cuSeqlens[s]));
      const totals = scatterAdd(tensor(sequences, [sequences.length], options), hidden, count);
      pooled = mul(totals, tensor(shares, [count, 1], options));
    }
  }
  if (!normalizePooled) return pooled;
  const length = sqrt(sum(mul(pooled, pooled), { axes: [1], keepAxes: true }));
  return div(pooled, maximum(length, 1e-12)); // torch.nn.functional.normalize
}

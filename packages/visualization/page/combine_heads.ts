import type { LayerAttention } from "./attention.ts";

/** Weights of one square map, [tokens, tokens], row-major. */
export type SquareMap = Float32Array;

/** The map of one head. */
export function headMap({ tokens, weights }: LayerAttention, head: number): SquareMap {
  return weights.subarray(head * tokens * tokens, (head + 1) * tokens * tokens);
}

/** Mean of some heads, element by element. */
export function meanOfHeads(layer: LayerAttention, heads: readonly number[]): SquareMap {
  const sum = new Float32Array(layer.tokens ** 2);
  for (const head of heads) {
    const map = headMap(layer, head);
    for (let i = 0; i < sum.length; i++) sum[i] += map[i] / heads.length;
  }
  return sum;
}

/** Largest weight of some heads, element by element. */
export function maxOfHeads(layer: LayerAttention, heads: readonly number[]): SquareMap {
  const largest = new Float32Array(layer.tokens ** 2);
  for (const head of heads) {
    const map = headMap(layer, head);
    for (let i = 0; i < largest.length; i++) if (map[i] > largest[i]) largest[i] = map[i];
  }
  return largest;
}

/**
 * Attention rollout from the input up to a layer: (mean over heads + identity) / 2, times the rollout of the layers
 * below. Abnar and Zuidema 2020, section 4; the identity stands for the residual connection.
 */
export function rollout(layer: LayerAttention, below?: SquareMap): SquareMap {
  const { heads, tokens } = layer;
  const map = meanOfHeads(layer, Array.from({ length: heads }, (_, head) => head));
  for (let i = 0; i < map.length; i++) map[i] /= 2;
  for (let i = 0; i < tokens; i++) map[i * tokens + i] += 0.5;
  return below ? multiply(map, below, tokens) : map;
}

function multiply(a: SquareMap, b: SquareMap, n: number): SquareMap {
  const product = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = product.subarray(i * n, (i + 1) * n);
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      if (factor === 0) continue;
      const from = k * n;
      for (let j = 0; j < n; j++) row[j] += factor * b[from + j];
    }
  }
  return product;
}

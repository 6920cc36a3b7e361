import { foldIn, type Key } from "@taxon/tensor";
import { dropoutFactor } from "./random.ts";
import { softmaxInPlace } from "./softmax.ts";

/** Packed attention over arrays of [tokens, heads, headDim]; see `AttentionArgs`. */
export interface AttentionInputs {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly heads: number;
  readonly headDim: number;
  readonly cuSeqlens: Int32Array;
  readonly cuSeqlensKey: Int32Array;
  readonly scale: number;
  readonly window?: number;
  readonly dropout?: { readonly p: number; readonly key: Key; readonly rows: Int32Array };
}

/** One query of one head: where it and its keys lie, and how much it attends to each key. */
interface Query {
  /** Offset of the query's headDim numbers. */
  readonly offset: number;
  /** Offset of the first key's headDim numbers; the next key's lie `heads · headDim` further. */
  readonly firstKey: number;
  /** Softmax over the keys that it sees; 0 for the others. */
  readonly weights: Float64Array;
  /** What dropout multiplies each weight by; all 1 without dropout. */
  readonly factors: Float64Array;
}

/** y = Σ weight · factor · v. */
export function attentionInto(y: Float32Array, inputs: AttentionInputs): void {
  const { v, heads, headDim } = inputs;
  const row = new Float64Array(headDim);
  for (const { offset, firstKey, weights, factors } of queries(inputs)) {
    row.fill(0);
    for (let j = 0; j < weights.length; j++) {
      const w = weights[j] * factors[j];
      const value = firstKey + j * heads * headDim;
      for (let d = 0; d < headDim; d++) row[d] += w * v[value + d];
    }
    y.set(row, offset);
  }
}

/** Gradients of q, k and v; the weights are computed anew rather than kept. */
export function attentionGradInto(
  gradients: { readonly q: Float32Array; readonly k: Float32Array; readonly v: Float32Array },
  dy: Float32Array,
  inputs: AttentionInputs,
): void {
  const { q, k, v, heads, headDim, scale } = inputs;
  const dq = new Float64Array(q.length);
  const dk = new Float64Array(k.length);
  const dv = new Float64Array(v.length);
  for (const { offset, firstKey, weights, factors } of queries(inputs)) {
    const dweights = new Float64Array(weights.length);
    let mean = 0;
    for (let j = 0; j < weights.length; j++) {
      const key = firstKey + j * heads * headDim;
      for (let d = 0; d < headDim; d++) {
        dweights[j] += factors[j] * dy[offset + d] * v[key + d];
        dv[key + d] += weights[j] * factors[j] * dy[offset + d];
      }
      mean += weights[j] * dweights[j];
    }
    for (let j = 0; j < weights.length; j++) {
      const key = firstKey + j * heads * headDim;
      const dscore = scale * weights[j] * (dweights[j] - mean);
      for (let d = 0; d < headDim; d++) {
        dq[offset + d] += dscore * k[key + d];
        dk[key + d] += dscore * q[offset + d];
      }
    }
  }
  gradients.q.set(dq);
  gradients.k.set(dk);
  gradients.v.set(dv);
}

function* queries(inputs: AttentionInputs): Generator<Query> {
  const { q, k, heads, headDim, cuSeqlens, cuSeqlensKey, scale, window = Infinity, dropout } = inputs;
  const headKeys = dropout && Array.from({ length: heads }, (_, h) => foldIn(dropout.key, h));
  for (let s = 0; s + 1 < cuSeqlens.length; s++) {
    const keys = cuSeqlensKey[s + 1] - cuSeqlensKey[s];
    for (let r = cuSeqlens[s]; r < cuSeqlens[s + 1]; r++) {
      const place = r - cuSeqlens[s];
      const [first, end] = [Math.max(0, place - window), Math.min(keys, place + window + 1)];
      for (let h = 0; h < heads; h++) {
        const offset = (r * heads + h) * headDim;
        const firstKey = (cuSeqlensKey[s] * heads + h) * headDim;
        const weights = new Float64Array(keys);
        for (let j = first; j < end; j++) {
          const key = firstKey + j * heads * headDim;
          for (let d = 0; d < headDim; d++) weights[j] += q[offset + d] * k[key + d];
          weights[j] *= scale;
        }
        softmaxInPlace(weights.subarray(first, end));
        const factors = new Float64Array(keys).fill(1);
        if (dropout && headKeys) {
          for (let j = 0; j < keys; j++) {
            factors[j] = dropoutFactor(dropout.p, headKeys[h], dropout.rows[r], j);
          }
        }
        yield { offset, firstKey, weights, factors };
      }
    }
  }
}

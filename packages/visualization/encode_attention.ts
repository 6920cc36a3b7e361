import type { AttentionEncoding } from "@taxon/decision";

/**
 * Attention weights of a layer as base64, for `AttentionWeights.included`.
 *
 * @param weights Numbers 0 … 1.
 * @param encoding `f16` keeps 3 digits of each weight. `u8` takes half the space: a byte is 255·√weight, rounded, so that
 * small weights keep more digits than large ones; off by at most 0.004.
 */
export function encodeAttention(weights: Float32Array, encoding: AttentionEncoding): string {
  return encoders[encoding](weights).toBase64();
}

const encoders: Record<AttentionEncoding, (weights: Float32Array) => Uint8Array> = {
  u8(weights) {
    const bytes = new Uint8Array(weights.length);
    // a loop, as from() takes several times as long for the millions of weights of a long text
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(255 * Math.sqrt(weights[i]));
    return bytes;
  },
  f16(weights) {
    const bytes = new Uint8Array(2 * weights.length);
    const view = new DataView(bytes.buffer);
    weights.forEach((weight, i) => view.setFloat16(2 * i, weight, true));
    return bytes;
  },
};

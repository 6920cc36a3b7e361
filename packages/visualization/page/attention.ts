import type { AttentionEncoding, AttentionWeights } from "@taxon/decision";

/** Attention of one layer, [heads, tokens (queries), tokens (keys)], row-major. */
export interface LayerAttention {
  readonly heads: number;
  readonly tokens: number;
  readonly weights: Float32Array;
}

/**
 * Weights of one layer from base64.
 *
 * @throws {RangeError} If the data is not heads · tokens² weights.
 */
export function decodeLayer(
  { heads, tokens, encoding }: Pick<AttentionWeights, "heads" | "tokens" | "encoding">,
  base64: string,
): LayerAttention {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const weights = decoders[encoding](bytes);
  if (weights.length !== heads * tokens * tokens) {
    throw new RangeError(
      `Cannot read attention: ${weights.length} weights for ${heads} heads and ${tokens} tokens, expected ${
        heads * tokens * tokens
      }`,
    );
  }
  return { heads, tokens, weights };
}

const squares = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255) ** 2);

const decoders: Record<AttentionEncoding, (bytes: Uint8Array) => Float32Array> = {
  u8: (bytes) => {
    const weights = new Float32Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) weights[i] = squares[bytes[i]];
    return weights;
  },
  f16: (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float32Array.from(
      { length: bytes.length >> 1 },
      (_, i) => halfToNumber(view.getUint16(2 * i, true)),
    );
  },
};

/** Value of an IEEE 754 half; DataView.getFloat16 is not yet in every browser. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

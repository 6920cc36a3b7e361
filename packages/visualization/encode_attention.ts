import type { AttentionEncoding } from "@taxon/decision";

/**
 * Attention weights of a layer as base64, for `AttentionWeights.included`.
 *
 * @param weights Numbers 0 … 1.
 * @param encoding `f16` keeps 3 digits of each weight. `u8` takes half the space: a byte is 255·√weight, rounded, so that
 * small weights keep more digits than large ones; off by at most 0.004.
 */
export function encodeAttention(weights: Float32Array, encoding: AttentionEncoding): string {
  return toBase64(encoders[encoding](weights));
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
    for (let i = 0; i < weights.length; i++) view.setUint16(2 * i, halfOf(weights[i]), true);
    return bytes;
  },
};

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The bits of the half nearest to a number 0 … 1, ties to even; Node has no DataView.setFloat16 before 24. */
function halfOf(value: number): number {
  if (value < 2 ** -14) { // a multiple of 2⁻²⁴, which is one step of an f32 from ½ to 1
    float[0] = 0.5 + value;
    return floatBits[0] - 0x3f000000;
  }
  float[0] = value;
  const bits = floatBits[0] - (112 << 23); // the bias of a half's exponent
  return (bits + 0xfff + ((bits >>> 13) & 1)) >>> 13;
}

/** Base64 of bytes; Node has no Uint8Array.toBase64 before 25. */
function toBase64(bytes: Uint8Array & { toBase64?(): string }): string {
  if (bytes.toBase64) return bytes.toBase64();
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) { // as many arguments as any engine takes
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}

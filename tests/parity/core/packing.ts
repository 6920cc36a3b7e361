import { gather, reshape, type Tensor, tensor } from "@taxon/tensor";
import { rotaryAngles } from "@taxon/nn";
import type { GoldenCase } from "../golden_case.ts";

/** Which tokens of a padded batch [batch, tokens] are real, and where they stand. */
export interface Packing {
  /** Flat positions of the real tokens in [batch · tokens]. */
  tokens: Int32Array;
  /** Place of each real token in its sequence. */
  positions: Int32Array;
  cuSeqlens: Int32Array; // [batch + 1]
  length: number; // tokens of the padded batch
}

/** Packs by the recorded mask, [batch, tokens] or absent when all tokens are real. */
export function packing(mask: ArrayLike<number> | undefined, batch: number, length: number): Packing {
  const real = Array.from({ length: batch * length }, (_, i) => i).filter((i) => !mask || mask[i] !== 0);
  const cuSeqlens = new Int32Array(batch + 1);
  for (const token of real) cuSeqlens[Math.floor(token / length) + 1]++;
  for (let s = 0; s < batch; s++) cuSeqlens[s + 1] += cuSeqlens[s];
  const tokens = Int32Array.from(real);
  return { tokens, positions: tokens.map((token) => token % length), cuSeqlens, length };
}

/** Flat positions in a padded [batch, tokens, size] of the elements of a packed [tokens, size]. */
export function activationsAt({ tokens }: Packing, size: number): Int32Array {
  return Int32Array.from({ length: tokens.length * size }, (_, i) => {
    return tokens[Math.floor(i / size)] * size + i % size;
  });
}

/** Flat positions in padded weights [batch, heads, tokens, tokens] of packed ones, [heads, real, real] a sequence. */
export function weightsAt({ tokens, cuSeqlens, length }: Packing, heads: number): number[] {
  const at: number[] = [];
  for (let s = 0; s + 1 < cuSeqlens.length; s++) {
    const real = tokens.subarray(cuSeqlens[s], cuSeqlens[s + 1]);
    for (let head = 0; head < heads; head++) {
      for (const query of real) {
        const row = ((s * heads + head) * length + query % length) * length;
        for (const key of real) at.push(row + key % length);
      }
    }
  }
  return at;
}

/** The real tokens of x [batch, tokens, size] as [tokens, size]. */
export function pack(x: Tensor, { tokens }: Packing): Tensor {
  const rows = tensor(tokens, [tokens.length], { backend: x.backend });
  return gather(reshape(x, [x.shape[0] * x.shape[1], x.shape[2]]), rows);
}

/** Rotary cosines and sines of each position on the golden file's backend. */
export function anglesOnDevice(golden: GoldenCase, positions: ArrayLike<number>, headDim: number) {
  const { cos, sin } = rotaryAngles(positions, headDim, golden.config.theta);
  const upload = (angles: Float32Array) =>
    tensor(angles, [positions.length, headDim / 2], { backend: golden.backend });
  return { cos: upload(cos), sin: upload(sin) };
}

/** Positions 0 … length−1 for each sequence of a batch. */
export function batchPositions(batch: number, length: number): Int32Array {
  return Int32Array.from({ length: batch * length }, (_, i) => i % length);
}

import { add, mul, sub } from "../elementwise.ts";
import { ShapeError } from "../errors.ts";
import { concat, reshape, split } from "../movement.ts";
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Rotates pairs of features by position-dependent angles (Su et al. 2021, RoFormer).
 *
 * @param x [tokens, heads, headDim], headDim even
 * @param cos Cosines of the angles, [tokens, headDim / 2]
 * @param sin Sines, [tokens, headDim / 2]
 * @param pairs "interleaved" pairs features (2i, 2i+1), the article's complex numbers; "half" pairs (i, i + headDim/2),
 * as Hugging Face checkpoints do.
 */
export function rotary(
  x: Tensor,
  cos: Tensor,
  sin: Tensor,
  pairs: "interleaved" | "half" = "interleaved",
): Tensor {
  const [tokens, heads, dim] = x.shape;
  const half = dim / 2;
  const fits = (angles: Tensor) =>
    angles.shape.length === 2 && angles.shape[0] === tokens && angles.shape[1] === half;
  if (x.shape.length !== 3 || !fits(cos) || !fits(sin)) {
    throw new ShapeError(
      `Cannot rotate ${showShape(x.shape)} by angles ${showShape(cos.shape)} and ${showShape(sin.shape)}: ` +
        `x is [tokens, heads, headDim], cos and sin are [tokens, headDim / 2]`,
    );
  }
  // As [tokens, heads, half, 2] or [tokens, heads, 2, half]: the axis of size 2 holds the real and imaginary parts.
  const axis = pairs === "interleaved" ? 3 : 2;
  const paired = pairs === "interleaved" ? [tokens, heads, half, 2] : [tokens, heads, 2, half];
  const [a, b] = split(reshape(x, paired), 1, axis).map((part) => reshape(part, [tokens, heads, half]));
  const [c, s] = [reshape(cos, [tokens, 1, half]), reshape(sin, [tokens, 1, half])];
  const rotated = [sub(mul(a, c), mul(b, s)), add(mul(a, s), mul(b, c))]; // (a + ib) · (cos + i sin)
  const single = paired.map((size, i) => i === axis ? 1 : size);
  return reshape(concat(rotated.map((part) => reshape(part, single)), axis), x.shape);
}

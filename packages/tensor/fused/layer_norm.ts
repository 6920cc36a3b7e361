import { emit, isRecorded } from "../dispatch.ts";
import { add, mul, rsqrt, sub } from "../elementwise.ts";
import { ShapeError } from "../errors.ts";
import { mean } from "../reduction.ts";
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Scale and shift, [size] each, and the number added to the variance. */
export interface LayerNormOptions {
  /** [size]; absent: no scale. */
  weight?: Tensor;
  /** [size]; absent: no shift. */
  bias?: Tensor;
  /** Default 1e-5, as in PyTorch. */
  eps?: number;
}

/**
 * Layer normalisation over the last axis (Ba et al. 2016): (x − mean) / √(variance + eps) · weight + bias, with the
 * biased variance in two passes.
 *
 * @param x [..., size]
 * @throws {ShapeError} If weight or bias is not [size].
 */
export function layerNorm(x: Tensor, { weight, bias, eps = 1e-5 }: LayerNormOptions = {}): Tensor {
  for (const [name, p] of Object.entries({ weight, bias })) {
    if (p && (p.shape.length !== 1 || p.shape[0] !== x.shape.at(-1))) {
      throw new ShapeError(
        `Cannot normalise ${showShape(x.shape)} with ${name} ${showShape(p.shape)}: it must be [${
          x.shape.at(-1) ?? ""
        }]`,
      );
    }
  }
  if (x.shape.length === 0) throw new ShapeError("Cannot normalise a scalar: it has no last axis");
  const { layerNorm, layerNormGrad } = x.backend.fused;
  if (layerNorm === undefined || (isRecorded(x, weight, bias) && layerNormGrad === undefined)) {
    return composed(x, weight, bias, eps);
  }
  const inputs = [x, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  const attributes = { affine: weight !== undefined, biased: bias !== undefined, eps };
  return emit(
    "layerNorm",
    inputs,
    attributes,
    { shape: x.shape, dtype: x.dtype },
    (backend, [x, ...rest], out) => {
      const w = weight && rest.shift();
      return backend.fused.layerNorm!({ x, weight: w, bias: rest[0], eps }, out);
    },
  );
}

function composed(x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined, eps: number): Tensor {
  const last = { axes: [-1], keepAxes: true };
  const centred = sub(x, mean(x, last));
  let y = mul(centred, rsqrt(add(mean(mul(centred, centred), last), eps)));
  if (weight) y = mul(y, weight);
  return bias ? add(y, bias) : y;
}

import { layerNorm, type Tensor } from "@taxon/tensor";
import { onesInit, zerosInit } from "./init.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** How a norm is set up. */
export interface LayerNormSettings {
  /** Whether scale and shift are trained; default true. The article's encoder has neither. */
  affine?: boolean;
  /** Whether a trained norm shifts; default true. */
  bias?: boolean;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/** Layer normalisation over the last axis (Ba et al. 2016). x: [..., size] → [..., size]. */
export class LayerNorm extends Module {
  /** Scale [size]; absent unless affine. */
  readonly weight?: Parameter;
  /** Shift [size]; absent unless affine and biased. */
  readonly bias?: Parameter;
  /** Added to the variance. */
  readonly eps: number;

  /** Makes a norm whose scale is 1 and whose shift is 0 after `initialize`. */
  constructor(size: number, { affine = true, bias = true, eps = 1e-5 }: LayerNormSettings = {}) {
    super();
    this.eps = eps;
    if (affine) {
      this.weight = parameter([size], onesInit);
      if (bias) this.bias = parameter([size], zerosInit);
    }
  }

  /** (x − mean) / √(variance + eps), times scale, plus shift; see `layerNorm` of `@taxon/tensor`. */
  forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layerNorm(x, { weight, bias, eps });
  }
}

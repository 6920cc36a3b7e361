import { add, linear, matmul, mul, scope, type Tensor } from "@taxon/tensor";
import { normalInit, zerosInit } from "./init.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** Sizes of a low-rank update. */
export interface LowRankSettings {
  /** Rows of `down` and columns of `up`. */
  rank: number;
  /** The update is multiplied by alpha / rank, so that another rank needs no other learning rate. */
  alpha: number;
}

/**
 * An update of low rank beside a weight that is not trained: weight + alpha / rank · up · down (LoRA; Hu et al. 2021).
 * It starts as nothing, because `up` does.
 */
export class LowRankUpdate extends Module {
  /** [rank, in] */
  readonly down: Parameter;
  /** [out, rank] */
  readonly up: Parameter;
  /** alpha / rank */
  readonly scale: number;

  /** Makes an update of zeros; `initialize` draws `down` with a deviation of 1 / √in. */
  constructor(inSize: number, outSize: number, { rank, alpha }: LowRankSettings) {
    super();
    this.scale = alpha / rank;
    this.down = parameter([rank, inSize], normalInit(1 / Math.sqrt(inSize)));
    this.up = parameter([outSize, rank], zerosInit);
  }

  /** What the update adds to the layer's result. x: [..., in] → [..., out]. */
  forward(x: Tensor): Tensor {
    return mul(linear(linear(x, this.down), this.up), this.scale);
  }

  /** The weight [out, in] that gives alone, but for rounding, what `weight` and the update give together. */
  mergedWith(weight: Tensor): Tensor {
    return scope(() => add(weight, mul(matmul(this.up, this.down), this.scale)));
  }
}

import { activate, type Activation, add, linear, type Tensor } from "@taxon/tensor";
import { xavierUniform, zerosInit } from "./init.ts";
import type { LowRankUpdate } from "./low_rank_update.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** activation(x · weightᵀ + bias), as `torch.nn.Linear`. x: [..., in] → [..., out]. */
export class Linear extends Module {
  /** [out, in] */
  readonly weight: Parameter;
  /** [out]; absent without bias. */
  readonly bias?: Parameter;
  /** Trained in place of the weight, where it is set. */
  lora?: LowRankUpdate;

  /** Makes a layer of zeros; `initialize` draws the weight from `xavierUniform`. */
  constructor(inSize: number, outSize: number, { bias = true }: { bias?: boolean } = {}) {
    super();
    this.weight = parameter([outSize, inSize], xavierUniform);
    if (bias) this.bias = parameter([outSize], zerosInit);
  }

  /** The activation follows the bias and the low-rank update; default none. */
  forward(x: Tensor, activation: Activation = "none"): Tensor {
    const { weight, bias, lora } = this;
    if (lora === undefined) return linear(x, weight, { bias, activation });
    return activate(add(linear(x, weight, { bias }), lora.forward(x)), activation);
  }
}

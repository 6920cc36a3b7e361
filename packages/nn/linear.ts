import { activate, type Activation, add, linear, type Tensor } from "@taxon/tensor";
import { xavierUniform, zerosInit } from "./init.ts";
import type { LowRankUpdate } from "./low_rank_update.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** activation(x · weightᵀ + bias), as `torch.nn.Linear`. x: [..., in] → [..., out]. */
export class Linear extends Module {
  readonly weight: Parameter; // [out, in]
  readonly bias?: Parameter; // [out]
  /** Trained in place of the weight, where it is set. */
  lora?: LowRankUpdate;

  constructor(inSize: number, outSize: number, { bias = true }: { bias?: boolean } = {}) {
    super();
    this.weight = parameter([outSize, inSize], xavierUniform);
    if (bias) this.bias = parameter([outSize], zerosInit);
  }

  forward(x: Tensor, activation: Activation = "none"): Tensor {
    const { weight, bias, lora } = this;
    if (lora === undefined) return linear(x, weight, { bias, activation });
    return activate(add(linear(x, weight, { bias }), lora.forward(x)), activation);
  }
}

import { type Activation, linear, type Tensor } from "@taxon/tensor";
import { xavierUniform, zerosInit } from "./init.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** activation(x · weightᵀ + bias), as `torch.nn.Linear`. x: [..., in] → [..., out]. */
export class Linear extends Module {
  readonly weight: Parameter; // [out, in]
  readonly bias?: Parameter; // [out]

  constructor(inSize: number, outSize: number, { bias = true }: { bias?: boolean } = {}) {
    super();
    this.weight = parameter([outSize, inSize], xavierUniform);
    if (bias) this.bias = parameter([outSize], zerosInit);
  }

  forward(x: Tensor, activation: Activation = "none"): Tensor {
    return linear(x, this.weight, { bias: this.bias, activation });
  }
}

import { gather, type Tensor } from "@taxon/tensor";
import { normalInit } from "./init.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** A row for each id, as `torch.nn.Embedding`. ids: i32 [...any] → [...any, size]. */
export class Embedding extends Module {
  /** [count, size] */
  readonly weight: Parameter;

  /**
   * Makes a table of zeros; `initialize` draws normal values.
   *
   * @param deviation Standard deviation of the initial values; PyTorch uses 1.
   */
  constructor(count: number, size: number, deviation = 1) {
    super();
    this.weight = parameter([count, size], normalInit(deviation));
  }

  /** Rows of `weight`; ids outside 0 … count − 1 are the caller's to refuse, see `checkIds`. */
  forward(ids: Tensor): Tensor {
    return gather(this.weight, ids);
  }
}

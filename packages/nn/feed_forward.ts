import type { Activation, Tensor } from "@taxon/tensor";
import type { ForwardContext } from "./context.ts";
import { dropoutAt } from "./dropout.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";

/** Two linear layers with an activation between them. x: [..., model] → [..., model]. */
export class FeedForward extends Module {
  readonly up: Linear; // weight [hidden, model]
  readonly down: Linear; // weight [model, hidden]

  constructor(modelSize: number, hiddenSize: number, readonly activation: Activation, readonly dropout = 0) {
    super();
    this.up = new Linear(modelSize, hiddenSize);
    this.down = new Linear(hiddenSize, modelSize);
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const hidden = this.up.forward(x, this.activation);
    return this.down.forward(dropoutAt(hidden, this.dropout, context, "hidden"));
  }
}

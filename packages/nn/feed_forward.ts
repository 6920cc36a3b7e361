import { type Activation, mul, type Tensor } from "@taxon/tensor";
import type { ForwardContext } from "./context.ts";
import { dropoutAt } from "./dropout.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";

/** How a feed-forward block is set up. */
export interface FeedForwardSettings {
  activation: Activation;
  /** Multiplies the hidden activations by a second projection (Shazeer 2020: GeGLU and others); default false. */
  gated?: boolean;
  /** Default true. */
  bias?: boolean;
  /** Of the hidden activations while training; default 0. */
  dropout?: number;
}

/** Two linear layers with an activation between them. x: [..., model] → [..., model]. */
export class FeedForward extends Module {
  readonly up: Linear; // weight [hidden, model]
  readonly gate?: Linear; // weight [hidden, model]
  readonly down: Linear; // weight [model, hidden]
  readonly activation: Activation;
  readonly dropout: number;

  constructor(
    modelSize: number,
    hiddenSize: number,
    { activation, gated = false, bias, dropout = 0 }: FeedForwardSettings,
  ) {
    super();
    this.activation = activation;
    this.dropout = dropout;
    this.up = new Linear(modelSize, hiddenSize, { bias });
    if (gated) this.gate = new Linear(modelSize, hiddenSize, { bias });
    this.down = new Linear(hiddenSize, modelSize, { bias });
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    let hidden = this.up.forward(x, this.activation);
    if (this.gate) hidden = mul(hidden, this.gate.forward(x));
    return this.down.forward(dropoutAt(hidden, this.dropout, context, "hidden"));
  }
}

import { type Activation, mul, type Tensor } from "@taxon/tensor";
import type { ForwardContext } from "./context.ts";
import { dropoutAt } from "./dropout.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";

/** How a feed-forward block is set up. */
export interface FeedForwardSettings {
  /** Of the hidden features; with `gated` it is not applied to the second projection. */
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
  /** Weight [hidden, model]. */
  readonly up: Linear;
  /** Weight [hidden, model]; absent unless gated. */
  readonly gate?: Linear;
  /** Weight [model, hidden]. */
  readonly down: Linear;
  /** As in the settings. */
  readonly activation: Activation;
  /** Share of the hidden features that is dropped while training. */
  readonly dropout: number;

  /** Makes a block whose parameters are zeros until `initialize`. */
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

  /** down(activation(up(x))), or with a gate down(activation(up(x)) · gate(x)). */
  forward(x: Tensor, context: ForwardContext): Tensor {
    let hidden = this.up.forward(x, this.activation);
    if (this.gate) hidden = mul(hidden, this.gate.forward(x));
    return this.down.forward(dropoutAt(hidden, this.dropout, context, "hidden"));
  }
}

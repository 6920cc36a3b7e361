import { add, type Tensor } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { dropoutAt } from "./dropout.ts";
import { LayerNorm } from "./layer_norm.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import type { TorchMasks } from "./torch_mask.ts";
import { MultiheadAttention } from "./torch_multihead_attention.ts";

/** PyTorch's constructor arguments, with its defaults. */
export interface TransformerEncoderLayerSettings {
  /** Features of a token, a multiple of nhead. */
  dModel: number;
  /** Attention heads. */
  nhead: number;
  /** Default 2048. */
  dimFeedforward?: number;
  /** Default 0.1. */
  dropout?: number;
  /** "gelu" is the erf form; default "relu". */
  activation?: "relu" | "gelu";
  /** Default 1e-5. */
  layerNormEps?: number;
  /** Pre-norm instead of post-norm; default false. */
  normFirst?: boolean;
}

/** What a forward pass takes besides x. */
export interface TransformerEncoderLayerOptions extends TorchMasks {
  /** Given while training, for dropout; `onAttention` gets each layer's weights [batch, heads, queries, keys]. */
  context?: ForwardContext;
}

/** `torch.nn.TransformerEncoderLayer` with `batch_first=True`: the same parameter names, defaults and semantics. */
export class TransformerEncoderLayer extends Module {
  /** From and to [batch, tokens, model]. */
  readonly self_attn: MultiheadAttention;
  /** Weight [dimFeedforward, model]. */
  readonly linear1: Linear;
  /** Weight [model, dimFeedforward]. */
  readonly linear2: Linear;
  /** Of the attention block: before it with normFirst, otherwise of its sum. */
  readonly norm1: LayerNorm;
  /** Of the feed-forward block, likewise. */
  readonly norm2: LayerNorm;
  /** As given, with PyTorch's defaults. */
  readonly settings: Required<TransformerEncoderLayerSettings>;

  /**
   * Makes a layer whose parameters are zeros until `initialize`.
   *
   * @throws {RangeError} If dModel is no multiple of nhead.
   */
  constructor(settings: TransformerEncoderLayerSettings) {
    super();
    const defaults = {
      dimFeedforward: 2048,
      dropout: 0.1,
      activation: "relu",
      layerNormEps: 1e-5,
      normFirst: false,
    } as const;
    this.settings = { ...defaults, ...settings };
    const { dModel, nhead, dimFeedforward, dropout, layerNormEps: eps } = this.settings;
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout });
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.norm1 = new LayerNorm(dModel, { eps });
    this.norm2 = new LayerNorm(dModel, { eps });
  }

  /** x: [batch, tokens, model] */
  forward(x: Tensor, { context = withoutDropout, ...masks }: TransformerEncoderLayerOptions = {}): Tensor {
    const { dropout: p, activation, normFirst } = this.settings;
    const attend = (x: Tensor) => {
      const options = { ...masks, averageWeights: false, context: at(context, "self_attn") };
      const { output, weights } = this.self_attn.forward(x, x, x, options);
      context.onAttention?.([weights]);
      return dropoutAt(output, p, context, "dropout1");
    };
    const feed = (x: Tensor) => {
      const hidden = dropoutAt(this.linear1.forward(x, activation), p, context, "dropout");
      return dropoutAt(this.linear2.forward(hidden), p, context, "dropout2");
    };
    if (normFirst) {
      x = add(x, attend(this.norm1.forward(x)));
      return add(x, feed(this.norm2.forward(x)));
    }
    x = this.norm1.forward(add(x, attend(x)));
    return this.norm2.forward(add(x, feed(x)));
  }
}

const withoutDropout: ForwardContext = { layout: { kind: "padded" } };

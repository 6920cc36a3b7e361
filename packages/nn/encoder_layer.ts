import { type Activation, add, scope, type Tensor } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { dropoutAt } from "./dropout.ts";
import { FeedForward } from "./feed_forward.ts";
import { LayerNorm } from "./layer_norm.ts";
import { Module } from "./module.ts";
import { MultiHeadAttention } from "./multi_head_attention.ts";

/** Sizes and switches of an encoder layer. */
export interface EncoderLayerSettings {
  /** Features of a token. */
  modelSize: number;
  /** Attention heads. */
  heads: number;
  /** Features of a head; heads · headDim need not be modelSize. */
  headDim: number;
  /** Hidden features of the feed-forward block. */
  feedForwardSize: number;
  /** Of the feed-forward block's hidden features. */
  activation: Activation;
  /** Whether the hidden activations are multiplied by a second projection, as in GeGLU; default false. */
  gated?: boolean;
  /** Whether linear layers and norms add a bias; default true. */
  bias?: boolean;
  /** "pre" normalises the input of each block (the article), "post" the sum after it (Vaswani et al. 2017). */
  norm: "pre" | "post";
  /** Whether the norms have a trained scale, and with `bias` a shift. */
  normAffine: boolean;
  /** Added to the variance in norms. */
  normEps: number;
  /** False leaves out the norm of the attention block; default true. */
  attentionNorm?: boolean;
  /** While training: of both blocks' outputs, and where the next two are absent of what they stand for. */
  dropout: number;
  /** Of the attention weights. */
  attentionDropout?: number;
  /** Of the hidden activations of the feed-forward block. */
  hiddenDropout?: number;
}

/** The encoder block: attention and feed-forward, each with a residual connection and a norm. */
export class EncoderLayer extends Module {
  /** Absent where the settings leave it out. */
  readonly attentionNorm?: LayerNorm;
  /** From and to [..., tokens, model]. */
  readonly attention: MultiHeadAttention;
  /** Of the block's input (pre) or of its sum (post). */
  readonly feedForwardNorm: LayerNorm;
  /** From and to [..., tokens, model]. */
  readonly feedForward: FeedForward;
  /** As in the settings. */
  readonly norm: "pre" | "post";
  /** Share of both blocks' outputs that is dropped while training. */
  readonly dropout: number;

  /** Makes a layer whose parameters are zeros until `initialize`. */
  constructor(settings: EncoderLayerSettings) {
    super();
    const { modelSize, feedForwardSize, dropout, bias } = settings;
    const norm = { affine: settings.normAffine, eps: settings.normEps, bias };
    this.norm = settings.norm;
    this.dropout = dropout;
    if (settings.attentionNorm ?? true) this.attentionNorm = new LayerNorm(modelSize, norm);
    this.attention = new MultiHeadAttention({ ...settings, dropout: settings.attentionDropout ?? dropout });
    this.feedForwardNorm = new LayerNorm(modelSize, norm);
    this.feedForward = new FeedForward(modelSize, feedForwardSize, {
      ...settings,
      dropout: settings.hiddenDropout ?? dropout,
    });
  }

  /** x: [tokens, model] packed, or [batch, tokens, model] padded. */
  forward(x: Tensor, context: ForwardContext): Tensor {
    const attend = (x: Tensor) =>
      dropoutAt(this.attention.forward(x, at(context, "attention")), this.dropout, context, "attended");
    const feed = (x: Tensor) =>
      dropoutAt(this.feedForward.forward(x, at(context, "feedForward")), this.dropout, context, "fed");
    const normalized = (x: Tensor) => this.attentionNorm?.forward(x) ?? x;
    const pre = this.norm === "pre";
    // A scope, so that the feed-forward block computes in the memory of the attention block
    const between = scope(() => pre ? add(x, attend(normalized(x))) : normalized(add(x, attend(x))));
    return pre
      ? add(between, feed(this.feedForwardNorm.forward(between)))
      : this.feedForwardNorm.forward(add(between, feed(between)));
  }
}

import { recompute, scope, type Tensor } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { EncoderLayer, type EncoderLayerSettings } from "./encoder_layer.ts";
import { Module } from "./module.ts";

/** A stack of encoder layers. */
export class Encoder extends Module {
  /** From the input on. */
  readonly layers: EncoderLayer[];

  /**
   * Makes layers whose parameters are zeros until `initialize`.
   *
   * @param firstNorm False leaves out the norm before the attention of the first layer, whose input has one.
   */
  constructor(settings: EncoderLayerSettings, layers: number, firstNorm = true) {
    super();
    this.layers = Array.from({ length: layers }, (_, index) => {
      return new EncoderLayer({ ...settings, attentionNorm: index > 0 || firstNorm });
    });
  }

  /**
   * Hidden states of the last layer, shaped as `x`.
   *
   * @param x [tokens, model] packed, or [batch, tokens, model] padded.
   * @param ofLayer What a layer's context has of its own, such as its `headMask`.
   */
  forward(
    x: Tensor,
    context: ForwardContext,
    ofLayer: (index: number) => Partial<ForwardContext> = () => ({}),
  ): Tensor {
    context.onHidden?.(x);
    return this.layers.reduce((x, layer, index) => {
      const own = { ...at(context, index), ...ofLayer(index) };
      // Without a tape, what a layer computes on the way does not outlive it
      const next = context.gradientCheckpointing
        ? checkpointed(layer, x, own)
        : scope(() => layer.forward(x, own));
      context.onHidden?.(next);
      // What the layer before returned has served, unless `onHidden` was given it; a tape holds views of its own
      if (index > 0 && !context.onHidden) x.dispose();
      return next;
    }, x);
  }
}

/** Runs a layer whose results the walk back computes again; it keeps the tensors that the layer is called with. */
function checkpointed(layer: EncoderLayer, x: Tensor, context: ForwardContext): Tensor {
  const { dropout, rotary, headMask } = context;
  const held = { x, rows: dropout?.rows, cos: rotary?.cos, sin: rotary?.sin, headMask };
  const forward = ({ x, rows, cos, sin, headMask }: typeof held) =>
    layer.forward(x, {
      ...context,
      dropout: dropout && { ...dropout, rows: rows! },
      rotary: rotary && { ...rotary, cos: cos!, sin: sin! },
      headMask,
    });
  return recompute(forward, held, [...layer.namedParameters().values()]);
}

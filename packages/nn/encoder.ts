import type { Tensor } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { EncoderLayer, type EncoderLayerSettings } from "./encoder_layer.ts";
import { Module } from "./module.ts";

/** A stack of encoder layers. x: [tokens, model] packed, or [batch, tokens, model] padded. */
export class Encoder extends Module {
  readonly layers: EncoderLayer[];

  constructor(settings: EncoderLayerSettings, layers: number) {
    super();
    this.layers = Array.from({ length: layers }, () => new EncoderLayer(settings));
  }

  /** @param headMasks The `headMask` of each layer's context. */
  forward(x: Tensor, context: ForwardContext, headMasks: readonly Tensor[] = []): Tensor {
    return this.layers.reduce((x, layer, index) => {
      return layer.forward(x, { ...at(context, index), headMask: headMasks[index] });
    }, x);
  }
}

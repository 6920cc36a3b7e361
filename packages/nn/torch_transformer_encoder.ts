import type { Tensor } from "@taxon/tensor";
import { at } from "./context.ts";
import type { LayerNorm } from "./layer_norm.ts";
import { Module } from "./module.ts";
import {
  TransformerEncoderLayer,
  type TransformerEncoderLayerOptions,
  type TransformerEncoderLayerSettings,
} from "./torch_transformer_encoder_layer.ts";

/**
 * `torch.nn.TransformerEncoder` of layers with `batch_first=True`: the same parameter names (`layers.0.…`, `norm.…`), so
 * that its state dict loads as it is.
 *
 * @example Two layers and a final norm
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { LayerNorm, TransformerEncoder } from "@taxon/nn";
 * import { ones, scope, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using encoder = new TransformerEncoder({ dModel: 8, nhead: 2, dimFeedforward: 16 }, 2, new LayerNorm(8)).initialize(1);
 * using y = scope(() => encoder.forward(ones([1, 3, 8])));
 * assertEquals(y.shape, [1, 3, 8]);
 * assertEquals(encoder.namedParameters().has("layers.1.self_attn.in_proj_weight"), true);
 * ```
 */
export class TransformerEncoder extends Module {
  /** All with the same settings. */
  readonly layers: TransformerEncoderLayer[];
  /** Behind the last layer; absent for none. */
  readonly norm?: LayerNorm;

  /**
   * Makes layers whose parameters are zeros until `initialize`.
   *
   * @param norm Applied after the last layer; pre-norm layers need one.
   */
  constructor(layer: TransformerEncoderLayerSettings, numLayers: number, norm?: LayerNorm) {
    super();
    this.layers = Array.from({ length: numLayers }, () => new TransformerEncoderLayer(layer));
    this.norm = norm;
  }

  /**
   * x: [batch, tokens, model]. Padded queries are computed like any other; where PyTorch takes its inference path with
   * nested tensors it writes zeros there instead.
   */
  forward(x: Tensor, { context, ...masks }: TransformerEncoderLayerOptions = {}): Tensor {
    const encoded = this.layers.reduce((x, layer, index) => {
      return layer.forward(x, { ...masks, context: context && at(context, index) });
    }, x);
    return this.norm?.forward(encoded) ?? encoded;
  }
}

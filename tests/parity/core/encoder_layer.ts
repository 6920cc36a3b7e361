import {
  EncoderLayer,
  type ForwardContext,
  LayerNorm,
  TransformerEncoder,
  TransformerEncoderLayer,
} from "@taxon/nn";
import { keep, reshape, type Tensor, tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { fillHashed } from "./hashed.ts";
import { checkLayer, checkOutputs } from "./layer.ts";
import { checkPacked, torchMasks } from "./multi_head_attention.ts";
import { pack, packing } from "./packing.ts";
import { fromArticle, loadParameters } from "./parameters.ts";

interface Sizes {
  modelSize: number;
  heads: number;
  headDim: number;
  feedForwardSize: number;
}

/** Pre-norm, LayerNorm without scale and shift, GELU in its tanh form. */
function articleLayer(golden: GoldenCase, sizes: Sizes): EncoderLayer {
  return new EncoderLayer({
    ...sizes,
    activation: "geluTanh",
    norm: "pre",
    normAffine: false,
    normEps: golden.config.eps ?? 1e-6,
    dropout: 0,
  });
}

/** The article's encoder layer on padded and on packed sequences. */
export async function articleEncoderLayer(golden: GoldenCase, check: Checker): Promise<void> {
  const { d, h, hd, ff } = golden.config.dims;
  using layer = articleLayer(golden, { modelSize: d, heads: h, headDim: hd, feedForwardSize: ff });
  const parameters = loadParameters(layer, golden, fromArticle);
  const x = golden.tensor("in.x");
  await checkLayer(golden, check, parameters, () => padded(golden, layer, x));
  const mask = golden.has("in.mask") ? golden.values("in.mask") : undefined;
  const layout = packing(mask, x.shape[0], x.shape[1]);
  await checkPacked(golden, check, parameters, layout, (context) => layer.forward(pack(x, layout), context));
}

/** The article's layer at its full size, with parameters and input from the hash that the file spells out. */
export async function hashedEncoderLayer(golden: GoldenCase, check: Checker): Promise<void> {
  const hashed = golden.config.hashed!;
  const heads = golden.shape("out.att")[1];
  const [projected, modelSize] = hashed["attn_block.linear_1.weight"].shape;
  const [feedForwardSize] = hashed["mlp_block.0.weight"].shape;
  using layer = articleLayer(golden, { modelSize, heads, headDim: projected / heads, feedForwardSize });
  const { x: input, ...parameters } = fillHashed(hashed);
  layer.loadStateDict(new Map(Object.entries(parameters).map(([name, entry]) => [fromArticle(name), entry])));
  await check.output("out.x_first16", input.data.subarray(0, 16));
  await check.output(
    "out.linear_1_weight_first16",
    parameters["attn_block.linear_1.weight"].data.subarray(0, 16),
  );
  using x = tensor(input.data, input.shape, { backend: golden.backend });
  await checkOutputs(check, () => padded(golden, layer, x));
  const layout = packing(golden.values("in.mask"), x.shape[0], x.shape[1]);
  await checkPacked(golden, check, new Map(), layout, (context) => layer.forward(pack(x, layout), context));
}

/** `torch.nn.TransformerEncoderLayer` without dropout. */
export async function torchEncoderLayer(golden: GoldenCase, check: Checker): Promise<void> {
  const { dims, d_model: dModel = dims.d, norm_first: normFirst, activation, eps } = golden.config;
  const sizes = { dModel, nhead: dims.h, dimFeedforward: dims.ff };
  using layer = new TransformerEncoderLayer({
    ...sizes,
    dropout: 0,
    activation,
    normFirst,
    layerNormEps: eps,
  });
  const parameters = loadParameters(layer, golden);
  await checkLayer(golden, check, parameters, () => {
    return { "out.out": layer.forward(golden.tensor("in.x"), torchMasks(golden)) };
  });
}

/** `torch.nn.TransformerEncoder` without dropout. */
export async function torchEncoder(golden: GoldenCase, check: Checker): Promise<void> {
  const { d_model, heads, feed_forward, layers, norm_first, activation, final_norm } = golden.config;
  const layer = { dModel: d_model!, nhead: heads!, dimFeedforward: feed_forward, activation, dropout: 0 };
  const norm = final_norm ? new LayerNorm(d_model!) : undefined;
  using encoder = new TransformerEncoder({ ...layer, normFirst: norm_first }, layers!, norm);
  const parameters = loadParameters(encoder, golden);
  await checkLayer(golden, check, parameters, () => {
    return { "out.out": encoder.forward(golden.tensor("in.x"), torchMasks(golden)) };
  });
}

function padded(golden: GoldenCase, layer: EncoderLayer, x: Tensor): Record<string, Tensor> {
  let weights: Tensor | undefined;
  const context: ForwardContext = {
    layout: { kind: "padded", mask: golden.optional("in.mask") },
    onAttention: ([reported]) => weights = keep(reported),
  };
  const output = layer.forward(x, context);
  using kept = weights!;
  return { "out.out": output, "out.att": reshape(kept, golden.shape("out.att")) };
}

import type { FusedOps } from "@taxon/tensor";
import type { Gpu } from "./gpu/gpu.ts";
import { adamwStep } from "./kernels/adamw.ts";
import { attention } from "./kernels/attention.ts";
import { attentionGrad } from "./kernels/attention_grad.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGrad } from "./kernels/cross_entropy.ts";
import { gelu, geluGrad } from "./kernels/gelu.ts";
import { layerNorm, layerNormGrad } from "./kernels/layer_norm.ts";
import { linear, linearGrad } from "./kernels/linear.ts";
import { dropout } from "./kernels/random.ts";
import { softmax, softmaxGrad } from "./kernels/softmax.ts";
import { sumSquares } from "./kernels/sum_squares.ts";

/** All fused ops of the contract over the kernels. */
export function createFusedOps(gpu: Gpu): Required<FusedOps> {
  return {
    linear: (args, out) => linear(gpu, args, out),
    linearGrad: (args) => linearGrad(gpu, args),
    layerNorm: (args, out) => layerNorm(gpu, args, out),
    layerNormGrad: (args) => layerNormGrad(gpu, args),
    softmax: (x, out) => softmax(gpu, x, out),
    softmaxGrad: (dy, y, out) => softmaxGrad(gpu, dy, y, out),
    gelu: (x, form, out) => gelu(gpu, x, form, out),
    geluGrad: (dy, x, form, out) => geluGrad(gpu, dy, x, form, out),
    attention: (args, out) => attention(gpu, args, out),
    attentionGrad: (args) => attentionGrad(gpu, args),
    dropout: (x, args, out) => dropout(gpu, x, args, out),
    softmaxCrossEntropy: (args, out) => softmaxCrossEntropy(gpu, args, out),
    softmaxCrossEntropyGrad: (dloss, args, out) => softmaxCrossEntropyGrad(gpu, dloss, args, out),
    adamwStep: (entries, options) => adamwStep(gpu, entries, options),
    sumSquares: (xs, out) => sumSquares(gpu, xs, out),
  };
}

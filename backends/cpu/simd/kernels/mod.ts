import { ModuleBuilder } from "../assembler/module.ts";
import { defineAdamW } from "./adamw.ts";
import { defineAttention, defineAttentionGrad } from "./attention.ts";
import { defineElementwise } from "./elementwise.ts";
import { defineGemm, defineProduct } from "./gemm.ts";
import { defineGather, defineScatterAdd } from "./indexing.ts";
import {
  defineLayerNorm,
  defineLayerNormGrad,
  defineLayerNormGradAffine,
  defineSoftmax,
  defineSoftmaxGrad,
} from "./normalization.ts";
import { defineDropout, defineRandom } from "./random.ts";
import { defineReduceRows, defineSumColumns, defineSumSquares } from "./reduction.ts";
import { defineTranspose, defineTransposeBlock } from "./transpose.ts";

/** All kernels and the module that holds them. */
export type Kernels = ReturnType<typeof defineKernels>;

/** Builds every kernel. */
export function defineKernels(hasFma: boolean) {
  const module = new ModuleBuilder(hasFma);
  const product = defineProduct(module, false);
  const productAdd = defineProduct(module, true);
  const transposeBlock = defineTransposeBlock(module);
  const functions = { product, productAdd, transposeBlock };
  return {
    module,
    elementwise: defineElementwise(module),
    gemm: defineGemm(module, product),
    transpose: defineTranspose(module, transposeBlock),
    attention: defineAttention(module, functions),
    attentionGrad: defineAttentionGrad(module, functions),
    layerNorm: defineLayerNorm(module),
    layerNormGrad: defineLayerNormGrad(module),
    layerNormGradAffine: defineLayerNormGradAffine(module),
    softmax: defineSoftmax(module),
    softmaxGrad: defineSoftmaxGrad(module),
    sumRows: defineReduceRows(module, "sum"),
    maxRows: defineReduceRows(module, "max"),
    sumColumns: defineSumColumns(module),
    sumSquares: defineSumSquares(module),
    gather: defineGather(module),
    scatterAdd: defineScatterAdd(module),
    random: defineRandom(module),
    dropout: defineDropout(module),
    adamw: defineAdamW(module),
  };
}

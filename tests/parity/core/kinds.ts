import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { classifier } from "./classifier.ts";
import { articleEncoderLayer, hashedEncoderLayer, torchEncoder, torchEncoderLayer } from "./encoder_layer.ts";
import { losses } from "./losses.ts";
import { articleMultiHeadAttention, torchMultiheadAttention } from "./multi_head_attention.ts";
import { elementwise } from "./ops_elementwise.ts";
import { layerNormalisation } from "./ops_layer_norm.ts";
import { matrixProducts } from "./ops_matmul.ts";
import { reductionsAndIndexing } from "./ops_reduce_index.ts";
import { softmaxAllMasked, softmaxRows } from "./ops_softmax.ts";
import { rotaryPositions, sinusoidalPositions } from "./positions.ts";
import { perHeadAgainstPacked } from "./per_head.ts";
import { singleHeadAttention } from "./single_head_attention.ts";

/** Computes a case and compares every result that it recorded. */
export type Runner = (golden: GoldenCase, check: Checker) => Promise<void>;

/** How the name of a case begins, and what runs it; the first that fits counts. */
export const kinds: readonly (readonly [start: string, run: Runner])[] = [
  ["ops_elementwise", elementwise],
  ["ops_softmax_all_masked", softmaxAllMasked],
  ["ops_softmax", softmaxRows],
  ["ops_layer_norm", layerNormalisation],
  ["ops_matmul", matrixProducts],
  ["ops_reduce_index", reductionsAndIndexing],
  ["losses", losses],
  ["attention_single_head", singleHeadAttention],
  ["pe_sinusoidal", sinusoidalPositions],
  ["rope_", rotaryPositions],
  ["mha_per_head_vs_packed", perHeadAgainstPacked],
  ["mha_article", articleMultiHeadAttention],
  ["full_mha", articleMultiHeadAttention],
  ["torch_mha", torchMultiheadAttention],
  ["torch_multihead", torchMultiheadAttention],
  ["encoder_layer_article", articleEncoderLayer],
  ["full_encoder_layer_hashed", hashedEncoderLayer],
  ["torch_encoder_layer", torchEncoderLayer],
  ["torch_transformer_encoder", torchEncoder],
  ["classifier_", classifier],
];

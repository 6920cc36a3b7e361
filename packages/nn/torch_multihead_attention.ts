import { attention, linear, mean, reshape, rows, type Tensor, transpose } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { xavierUniform, zerosInit } from "./init.ts";
import { Linear } from "./linear.ts";
import { Module, type Parameter, parameter } from "./module.ts";
import type { Attended } from "./single_head_attention.ts";
import { torchMask, type TorchMasks } from "./torch_mask.ts";

/** Sizes besides embedDim and numHeads, with PyTorch's defaults. */
export interface MultiheadAttentionSettings {
  /** Of the weights while training; default 0. */
  dropout?: number;
  /** Features of the keys; default embedDim. */
  kdim?: number;
  /** Features of the values; default embedDim. */
  vdim?: number;
}

/** What PyTorch's forward takes besides query, key and value. */
export interface MultiheadAttentionOptions extends TorchMasks {
  /** Whether weights are averaged over heads, [batch, queries, keys]; default true, as in PyTorch. */
  averageWeights?: boolean;
  /** Given while training, for dropout. */
  context?: ForwardContext;
}

/**
 * `torch.nn.MultiheadAttention` with `batch_first=True`: the same parameter names and semantics, so that its state
 * dict loads as it is. The projections of query, key and value stand in one matrix, and embedDim is heads · headDim.
 * `bias=False`, `add_bias_kv` and `add_zero_attn` are not offered.
 */
export class MultiheadAttention extends Module {
  /** [3 · embed, embed]: query, key, value; absent if keys or values have another size. */
  readonly in_proj_weight?: Parameter;
  /** [embed, embed]; this and the next two only if keys or values have another size. */
  readonly q_proj_weight?: Parameter;
  /** [embed, kdim] */
  readonly k_proj_weight?: Parameter;
  /** [embed, vdim] */
  readonly v_proj_weight?: Parameter;
  /** [3 · embed], as in_proj_weight. */
  readonly in_proj_bias: Parameter;
  /** Weight [embed, embed]. */
  readonly out_proj: Linear;
  /** Share of the weights that is dropped while training. */
  readonly dropout: number;

  /**
   * Makes a block whose parameters are zeros until `initialize`.
   *
   * @throws {RangeError} If embedDim is no multiple of numHeads.
   */
  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    { dropout = 0, kdim = embedDim, vdim = embedDim }: MultiheadAttentionSettings = {},
  ) {
    super();
    if (embedDim % numHeads !== 0) {
      throw new RangeError(
        `Cannot divide ${embedDim} features among ${numHeads} heads: embedDim must be a multiple`,
      );
    }
    this.dropout = dropout;
    if (kdim === embedDim && vdim === embedDim) {
      this.in_proj_weight = parameter([3 * embedDim, embedDim], xavierUniform);
    } else {
      this.q_proj_weight = parameter([embedDim, embedDim], xavierUniform);
      this.k_proj_weight = parameter([embedDim, kdim], xavierUniform);
      this.v_proj_weight = parameter([embedDim, vdim], xavierUniform);
    }
    this.in_proj_bias = parameter([3 * embedDim], zerosInit);
    this.out_proj = new Linear(embedDim, embedDim);
  }

  /**
   * Self- or cross-attention.
   *
   * @param query [batch, queries, embed]
   * @param key [batch, keys, kdim]
   * @param value [batch, keys, vdim]
   * @returns output [batch, queries, embed] and weights [batch, queries, keys], or [batch, heads, queries, keys] without
   * averaging. A query that may see no key gets zeros (PyTorch: NaN).
   */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    { averageWeights = true, context, ...masks }: MultiheadAttentionOptions = {},
  ): Attended {
    const [batch, queries] = query.shape;
    const sizes = { batch, heads: this.numHeads, queries, keys: key.shape[1] };
    const stream = context && at(context, "weights").dropout;
    const dropout = stream && this.dropout > 0 ? { p: this.dropout, ...stream } : undefined;
    const [q, k, v] = [query, key, value].map((x, part) => this.#project(x, part));
    const attended = attention(q, k, v, { ...torchMask(masks, sizes), dropout });
    const joined = reshape(transpose(attended.output, [0, 2, 1, 3]), query.shape);
    const weights = averageWeights ? mean(attended.weights, { axes: [1] }) : attended.weights;
    return { output: this.out_proj.forward(joined), weights };
  }

  /** Part 0, 1 or 2: x as queries, keys or values, [batch, heads, tokens, headDim]. */
  #project(x: Tensor, part: number): Tensor {
    const { embedDim, numHeads } = this;
    const [from, to] = [part * embedDim, (part + 1) * embedDim];
    const own = [this.q_proj_weight, this.k_proj_weight, this.v_proj_weight][part];
    const weight = own ?? rows(this.in_proj_weight!, from, to);
    const projected = linear(x, weight, { bias: rows(this.in_proj_bias, from, to) });
    const heads = [x.shape[0], x.shape[1], numHeads, embedDim / numHeads];
    return transpose(reshape(projected, heads), [0, 2, 1, 3]);
  }
}

import { attention, linear, mean, reshape, rows, sub, type Tensor, transpose } from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { xavierUniform, zerosInit } from "./init.ts";
import { Linear } from "./linear.ts";
import { Module, type Parameter, parameter } from "./module.ts";

/** What PyTorch's forward takes besides query, key and value. */
export interface MultiheadAttentionOptions {
  /** i32 [batch, keys], 1 for PADDING: PyTorch's sense, the inverse of our masks. */
  keyPaddingMask?: Tensor;
  /** Whether weights are averaged over heads, [batch, queries, keys]; default true, as in PyTorch. */
  averageWeights?: boolean;
  context?: ForwardContext;
}

/**
 * `torch.nn.MultiheadAttention` with `batch_first=True`: the same parameter names and semantics, so that its state
 * dict loads as it is. The projections of query, key and value stand in one matrix, and embedDim is heads · headDim.
 */
export class MultiheadAttention extends Module {
  readonly in_proj_weight: Parameter; // [3 · embed, embed]: query, key, value
  readonly in_proj_bias: Parameter; // [3 · embed]
  readonly out_proj: Linear;

  constructor(readonly embedDim: number, readonly numHeads: number, readonly dropout = 0) {
    super();
    if (embedDim % numHeads !== 0) {
      throw new RangeError(
        `Cannot divide ${embedDim} features among ${numHeads} heads: embedDim must be a multiple`,
      );
    }
    this.in_proj_weight = parameter([3 * embedDim, embedDim], xavierUniform);
    this.in_proj_bias = parameter([3 * embedDim], zerosInit);
    this.out_proj = new Linear(embedDim, embedDim);
  }

  /** query [batch, queries, embed], key and value [batch, keys, embed] → output like query, and the weights. */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    { keyPaddingMask, averageWeights = true, context }: MultiheadAttentionOptions = {},
  ): { output: Tensor; weights: Tensor } {
    const { embedDim, numHeads } = this;
    const project = (x: Tensor, part: number) => {
      const [from, to] = [part * embedDim, (part + 1) * embedDim];
      const projected = linear(x, rows(this.in_proj_weight, from, to), {
        bias: rows(this.in_proj_bias, from, to),
      });
      const heads = [x.shape[0], x.shape[1], numHeads, embedDim / numHeads];
      return transpose(reshape(projected, heads), [0, 2, 1, 3]); // [batch, heads, tokens, headDim]
    };
    const mask = keyPaddingMask && reshape(sub(1, keyPaddingMask), [key.shape[0], 1, 1, key.shape[1]]);
    const stream = context && at(context, "weights").dropout;
    const dropout = stream && this.dropout > 0 ? { p: this.dropout, ...stream } : undefined;
    const attended = attention(project(query, 0), project(key, 1), project(value, 2), { mask, dropout });
    const output = this.out_proj.forward(reshape(transpose(attended.output, [0, 2, 1, 3]), query.shape));
    return { output, weights: averageWeights ? mean(attended.weights, { axes: [1] }) : attended.weights };
  }
}

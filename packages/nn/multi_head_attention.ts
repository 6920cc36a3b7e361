import {
  attention,
  mul,
  packedAttention,
  packedAttentionWithWeights,
  reshape,
  rotary,
  type Tensor,
  transpose,
} from "@taxon/tensor";
import { at, type ForwardContext } from "./context.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import type { Attended } from "./single_head_attention.ts";

/** Sizes of an attention block. */
export interface MultiHeadAttentionSettings {
  /** Features of a token. */
  modelSize: number;
  /** Number of heads. */
  heads: number;
  /** Size of a head; heads · headDim need not be modelSize. */
  headDim: number;
  /** Whether the projections add a bias; default true. */
  bias?: boolean;
  /** Dropout of the weights while training. */
  dropout?: number;
}

/**
 * Multi-head attention with packed projections (Vaswani et al. 2017, section 3.2.2): one weight matrix holds the rows
 * of all heads, so three products replace 3 · heads. x: [tokens, model] packed, or [batch, tokens, model] padded.
 */
export class MultiHeadAttention extends Module {
  /** Weight [heads · headDim, model]; rows from h · headDim on belong to head h. */
  readonly query: Linear;
  /** As `query`. */
  readonly key: Linear;
  /** As `query`. */
  readonly value: Linear;
  /** Weight [model, heads · headDim]. */
  readonly output: Linear;
  /** As given, with their defaults. */
  readonly settings: Required<MultiHeadAttentionSettings>;

  /** Makes a block whose parameters are zeros until `initialize`. */
  constructor({ modelSize, heads, headDim, bias = true, dropout = 0 }: MultiHeadAttentionSettings) {
    super();
    this.settings = { modelSize, heads, headDim, bias, dropout };
    this.query = new Linear(modelSize, heads * headDim, { bias });
    this.key = new Linear(modelSize, heads * headDim, { bias });
    this.value = new Linear(modelSize, heads * headDim, { bias });
    this.output = new Linear(heads * headDim, modelSize, { bias });
  }

  /** Self-attention of each sequence; reports the weights to `context.onAttention` if set. */
  forward(x: Tensor, context: ForwardContext): Tensor {
    const { layout } = context;
    if (layout.kind === "packed") return this.#packed(x, layout.cuSeqlens, context);
    const { rotary, window, headMask } = context;
    const { output, weights } = this.attend(x, x, x, { mask: layout.mask, rotary, window, headMask });
    context.onAttention?.([weights]);
    return output;
  }

  /**
   * Self- or cross-attention on padded batches, returning the weights.
   *
   * @param query [batch, queries, model]
   * @param key [batch, keys, model]
   * @param value [batch, keys, model]
   * @param options.rotary For self-attention: the same angles turn queries and keys.
   * @param options.mask i32 [batch, keys], 1 for real keys; or broadcastable to [batch, heads, queries, keys].
   * @param options.window As `ForwardContext.window`.
   * @param options.headMask As `ForwardContext.headMask`.
   * @returns output [batch, queries, model] and weights [batch, heads, queries, keys]
   */
  attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    { mask, rotary: angles, window, headMask }:
      & { mask?: Tensor }
      & Pick<ForwardContext, "rotary" | "window" | "headMask"> = {},
  ): Attended {
    const { heads, headDim } = this.settings;
    const split = (x: Tensor, turned: boolean) => {
      const [batch, tokens] = x.shape;
      const flat = reshape(x, [batch * tokens, heads, headDim]);
      const positioned = turned && angles ? rotary(flat, angles.cos, angles.sin, angles.pairs) : flat;
      return transpose(reshape(positioned, [batch, tokens, heads, headDim]), [0, 2, 1, 3]); // [batch, heads, tokens, headDim]
    };
    const visible = mask?.shape.length === 2 ? reshape(mask, [mask.shape[0], 1, 1, mask.shape[1]]) : mask;
    const { output, weights } = attention(
      split(this.query.forward(query), true),
      split(this.key.forward(key), true),
      split(this.value.forward(value), false),
      { mask: visible, window },
    );
    const [batch, , queries] = output.shape;
    const perHead = transpose(output, [0, 2, 1, 3]); // [batch, queries, heads, headDim]
    const kept = headMask ? mul(perHead, headMask) : perHead;
    const joined = reshape(kept, [batch, queries, heads * headDim]);
    return { output: this.output.forward(joined), weights };
  }

  #packed(x: Tensor, cuSeqlens: Int32Array, context: ForwardContext): Tensor {
    const { heads, headDim, dropout: p } = this.settings;
    const tokens = x.shape[0];
    const split = (projected: Tensor) => reshape(projected, [tokens, heads, headDim]);
    const angles = context.rotary;
    const turn = (x: Tensor) => angles ? rotary(x, angles.cos, angles.sin, angles.pairs) : x;
    const q = turn(split(this.query.forward(x)));
    const k = turn(split(this.key.forward(x)));
    const v = split(this.value.forward(x));
    const stream = at(context, "weights").dropout;
    const options = {
      cuSeqlens,
      window: context.window,
      dropout: stream && p > 0 ? { p, ...stream } : undefined,
    };
    let attended: Tensor;
    if (context.onAttention) {
      const { output, weights } = packedAttentionWithWeights(q, k, v, options);
      context.onAttention(weights);
      attended = output;
    } else {
      attended = packedAttention(q, k, v, options);
    }
    if (context.headMask) attended = mul(attended, context.headMask);
    return this.output.forward(reshape(attended, [tokens, heads * headDim]));
  }
}

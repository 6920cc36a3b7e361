import { assign, concat, reshape, scope, type Tensor } from "@taxon/tensor";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import { MultiHeadAttention, type MultiHeadAttentionSettings } from "./multi_head_attention.ts";
import { type Attended, type KeyPadding, SingleHeadAttention } from "./single_head_attention.ts";

/**
 * Multi-head attention with weight matrices of its own for each head (Vaswani et al. 2017, section 3.2.2): the heads'
 * outputs are joined and projected. It reads like the formula; `packHeads` gives the form that runs fast.
 */
export class SeparateHeadsAttention extends Module {
  /** Each with projections [headDim, model]. */
  readonly heads: SingleHeadAttention[];
  /** Weight [model, heads · headDim]. */
  readonly output: Linear;
  /** As given. */
  readonly settings: Omit<MultiHeadAttentionSettings, "dropout">;

  /** Makes heads whose parameters are zeros until `initialize`. */
  constructor({ modelSize, heads, headDim }: Omit<MultiHeadAttentionSettings, "dropout">) {
    super();
    this.settings = { modelSize, heads, headDim };
    this.heads = Array.from({ length: heads }, () => new SingleHeadAttention(modelSize, headDim));
    this.output = new Linear(heads * headDim, modelSize);
  }

  /**
   * Self-attention with one argument, cross-attention with more.
   *
   * @param query [..., queries, model]
   * @param key [..., keys, model]
   * @param value [..., keys, model]
   * @returns output [..., queries, model] and weights [..., heads, queries, keys]
   */
  forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    padding: KeyPadding = {},
  ): Attended {
    const attended = this.heads.map((head) => head.forward(query, key, value, padding));
    const joined = concat(attended.map(({ output }) => output), -1); // [..., queries, heads · headDim]
    const perHead = attended.map(({ weights: { shape }, weights }) =>
      reshape(weights, [...shape.slice(0, -2), 1, ...shape.slice(-2)])
    );
    return { output: this.output.forward(joined), weights: concat(perHead, -3) };
  }
}

/**
 * The same attention with packed projections: the heads' weight matrices stacked row by row into one.
 *
 * @returns A module of its own; the given one stays as it is.
 *
 * @example Both give the same
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { packHeads, SeparateHeadsAttention } from "@taxon/nn";
 * import { ones, scope, useBackend } from "@taxon/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using separate = new SeparateHeadsAttention({ modelSize: 6, heads: 2, headDim: 4 }).initialize(1);
 * using packed = packHeads(separate);
 * const x = ones([1, 3, 6]);
 * const [a] = scope(() => separate.forward(x).output).dataSync();
 * const [b] = scope(() => packed.attend(x, x, x).output).dataSync();
 * assertAlmostEquals(a, b, 1e-6);
 * ```
 */
export function packHeads(separate: SeparateHeadsAttention): MultiHeadAttention {
  const packed = new MultiHeadAttention(separate.settings);
  scope(() => {
    for (const part of ["query", "key", "value"] as const) {
      for (const kind of ["weight", "bias"] as const) {
        assign(packed[part][kind]!, concat(separate.heads.map((head) => head[part][kind]!), 0));
      }
    }
    assign(packed.output.weight, separate.output.weight);
    assign(packed.output.bias!, separate.output.bias!);
  });
  return packed;
}

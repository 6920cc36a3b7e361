import { attention, concat, reshape, rows, type Tensor } from "@taxon/tensor";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";

/** Output [..., queries, size] and weights [..., queries, keys], each row of which sums to 1. */
export interface Attended {
  /** [..., queries, size] */
  output: Tensor;
  /** [..., queries, keys]; a row of a query that may see no key is 0. */
  weights: Tensor;
}

/** Which keys may be seen. */
export interface KeyPadding {
  /** i32 [..., keys], 1 for real keys and 0 for padding; default: all are real. */
  mask?: Tensor;
}

/**
 * Attention of one head, softmax(Q Kᵀ / √keyDim) V (Vaswani et al. 2017, equation 1), in the two forms of the article.
 *
 * @example Three tokens of four features attend to each other
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { SingleHeadAttention } from "@taxon/nn";
 * import { ones, scope, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using head = new SingleHeadAttention(4, 2).initialize(1);
 * const { output, weights } = scope(() => head.forward(ones([3, 4])));
 * assertEquals([output.shape, weights.shape], [[3, 2], [3, 3]]);
 * ```
 */
export class SingleHeadAttention extends Module {
  /** Weight [keyDim, model]. */
  readonly query: Linear;
  /** Weight [keyDim, model]. */
  readonly key: Linear;
  /** Weight [valueDim, model]. */
  readonly value: Linear;

  /**
   * Makes a head whose parameters are zeros until `initialize`.
   *
   * @param keyDim Size of queries and keys.
   * @param valueDim Size of values and of the output; default keyDim.
   */
  constructor(modelSize: number, readonly keyDim: number, valueDim: number = keyDim) {
    super();
    this.query = new Linear(modelSize, keyDim);
    this.key = new Linear(modelSize, keyDim);
    this.value = new Linear(modelSize, valueDim);
  }

  /**
   * Matrix form: all tokens at once. One argument is self-attention.
   *
   * @param query [..., queries, model]
   * @param key [..., keys, model]
   * @param value [..., keys, model]
   * @returns output [..., queries, valueDim] and weights [..., queries, keys]
   */
  forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    { mask }: KeyPadding = {},
  ): Attended {
    const visible = mask && reshape(mask, [...mask.shape.slice(0, -1), 1, mask.shape.at(-1)!]); // for each query
    return attention(this.query.forward(query), this.key.forward(key), this.value.forward(value), {
      mask: visible,
    });
  }

  /** Vector form: self-attention token by token, each query vector against all keys. x: [tokens, model]. */
  forwardTokenByToken(x: Tensor): Attended {
    const keys = this.key.forward(x); // [tokens, keyDim]
    const values = this.value.forward(x); // [tokens, valueDim]
    const perToken = Array.from({ length: x.shape[0] }, (_, t) => {
      const query = this.query.forward(rows(x, t, t + 1)); // [1, keyDim]
      return attention(query, keys, values); // output [1, valueDim], weights [1, tokens]
    });
    return {
      output: concat(perToken.map(({ output }) => output), 0),
      weights: concat(perToken.map(({ weights }) => weights), 0),
    };
  }
}

import { concat, matmul, mul, rows, softmax, type Tensor } from "@taxon/tensor";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";

/** Output [tokens, valueDim] and weights [tokens, tokens] (row = query). */
export interface Attended {
  output: Tensor;
  weights: Tensor;
}

/**
 * Self-attention of one head (Vaswani et al. 2017, equation 1), in the two forms of the article. x: [tokens, model].
 */
export class SingleHeadAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;

  /** @param keyDim Size of queries and keys. @param valueDim Size of values and of the output; default keyDim. */
  constructor(modelSize: number, readonly keyDim: number, valueDim: number = keyDim) {
    super();
    this.query = new Linear(modelSize, keyDim);
    this.key = new Linear(modelSize, keyDim);
    this.value = new Linear(modelSize, valueDim);
  }

  /** Matrix form: softmax(Q Kᵀ / √keyDim) V for all tokens at once. */
  forward(x: Tensor): Attended {
    return this.#attend(this.query.forward(x), x);
  }

  /** Vector form: the same token by token, each query vector against all keys, as the article begins. */
  forwardTokenByToken(x: Tensor): Attended {
    const perToken = Array.from({ length: x.shape[0] }, (_, t) => {
      return this.#attend(this.query.forward(rows(x, t, t + 1)), x); // one query vector, [1, keyDim]
    });
    return {
      output: concat(perToken.map(({ output }) => output), 0),
      weights: concat(perToken.map(({ weights }) => weights), 0),
    };
  }

  #attend(queries: Tensor, x: Tensor): Attended {
    const scores = mul(
      matmul(queries, this.key.forward(x), { transposeB: true }),
      1 / Math.sqrt(this.keyDim),
    );
    const weights = softmax(scores); // [queries, tokens]
    return { output: matmul(weights, this.value.forward(x)), weights };
  }
}

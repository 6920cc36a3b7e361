import { Embedding } from "@taxon/nn";
import { arange, numel, reshape, scope, type Tensor } from "@taxon/tensor";

/** The sentence of the article's figures, and the sizes of its cells. */
export const sentence = ["the", "film", "was", "not", "bad"];
export const [modelSize, headDim] = [8, 4];

/** A vector for each word of the sentence, [5, 8]; random, as at the start of training. */
export function sentenceVectors(): Tensor {
  using embedding = new Embedding(sentence.length, modelSize).initialize(1);
  return scope(() => embedding.forward(arange(sentence.length)));
}

/** The rows of the last two axes; for weights [heads, queries, keys] those of one head. */
export function rowsOf(x: Tensor, head = 0): Float32Array[] {
  const [count, size] = x.shape.slice(-2);
  const values = x.dataSync();
  return Array.from({ length: count }, (_, row) => {
    const start = (head * count + row) * size;
    return values.slice(start, start + size);
  });
}

/** x as a batch of one. */
export function batchOfOne(x: Tensor): Tensor {
  return reshape(x, [1, ...x.shape]);
}

/** A batch of one without its first axis. */
export function onlyText(x: Tensor): Tensor {
  return reshape(x, [numel(x.shape.slice(0, 2)), ...x.shape.slice(2)]);
}

import { matmul, mul, scope } from "@taxon/tensor";
import { SeparateHeadsAttention, SingleHeadAttention } from "@taxon/nn";
import { barRows, figure, heatMap } from "@taxon/visualization";
import { headDim, modelSize, rowsOf, sentence, sentenceVectors } from "./example.ts";

/** The head of both forms, its scores and its weights. */
function oneHead() {
  using head = new SingleHeadAttention(modelSize, headDim).initialize(2);
  return scope(() => {
    const x = sentenceVectors();
    const products = matmul(head.query.forward(x), head.key.forward(x), { transposeB: true });
    return { scores: mul(products, 1 / Math.sqrt(headDim)), weights: head.forward(x).weights };
  });
}

/** One query: a score and a weight for each key. */
export function vectorFormFigure(): string {
  const { scores, weights } = oneHead();
  const word = sentence.length - 1;
  const row = (values: Float32Array) => sentence.map((label, i) => ({ label, value: values[i] }));
  return figure({
    title: "One query against all keys",
    description: `Scores of the query of "${
      sentence[word]
    }" with each key, and the weights softmax makes of them.`,
    drawings: [
      barRows({ title: `scores of "${sentence[word]}"`, rows: row(rowsOf(scores)[word]) }),
      barRows({ title: "weights: softmax of the scores", rows: row(rowsOf(weights)[word]), top: 1 }),
    ],
  });
}

/** All queries at once. */
export function matrixFormFigure(): string {
  const { scores, weights } = oneHead();
  const labels = { rows: sentence, columns: sentence, cell: 44, digits: 2 };
  return figure({
    title: "All queries against all keys",
    description: "Two matrices of five by five: scaled scores, and weights whose rows sum to 1.",
    drawings: [
      heatMap({ title: "scores Q Kᵀ / √d", values: rowsOf(scores), ...labels }),
      heatMap({ title: "weights A, each row sums to 1", values: rowsOf(weights), top: 1, ...labels }),
    ],
  });
}

/** The same tokens seen by two heads. */
export function manyHeadsFigure(): string {
  using attention = new SeparateHeadsAttention({ modelSize, heads: 2, headDim }).initialize(3);
  const { weights } = scope(() => attention.forward(sentenceVectors()));
  const labels = { rows: sentence, columns: sentence, cell: 44, digits: 2, top: 1 };
  return figure({
    title: "Two heads on the same tokens",
    description: "The weights of two heads with weight matrices of their own: each looks elsewhere.",
    drawings: [0, 1].map((head) =>
      heatMap({ title: `head ${head}`, values: rowsOf(weights, head), ...labels })
    ),
  });
}

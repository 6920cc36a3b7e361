import { figure, heatMap } from "@taxon/visualization";
import { modelSize, rowsOf, sentence, sentenceVectors } from "./example.ts";

/** The vectors of the tokens before training. */
export function embeddingFigure(): string {
  using x = sentenceVectors();
  const columns = Array.from({ length: modelSize }, (_, feature) => `${feature}`);
  return figure({
    title: "The embeddings of five tokens",
    description: "Five rows, one a token, of eight numbers each; blue is positive, orange negative.",
    drawings: [
      heatMap({
        title: "X: one row of 8 features a token",
        values: rowsOf(x),
        rows: sentence,
        columns,
        cell: 44,
        digits: 1,
      }),
    ],
  });
}

import { scores } from "@taxon/decision";
import { type EncoderClassifier, packBatch } from "@taxon/model";
import { keep, scope, type Tensor } from "@taxon/tensor";
import { barRows, figure, heatMap } from "@taxon/visualization";
import { rowsOf, sentence } from "./example.ts";
import { encode } from "./toy_classifier.ts";

const shown = [
  "the film was good",
  "the film was bad",
  "the film was not bad",
  "the film was not good",
  "the food was very awful",
];

/** What the trained classifier says of some sentences. */
export function probabilityFigure(model: EncoderClassifier): string {
  using logits = scope(() => model.forward(packBatch(shown.map(encode))).logits);
  const rows = rowsOf(logits).map((row, i) => ({ label: shown[i], value: scores(row, model.config)[1] }));
  return figure({
    title: "Probabilities of sentences",
    description: "The probability of the label positive for five sentences, by a model of one layer.",
    drawings: [barRows({ title: "probability of “positive”", rows, top: 1, width: 560 })],
  });
}

/** What both heads of the trained classifier attend to. */
export function attendedFigure(model: EncoderClassifier): string {
  let weights: Tensor | undefined;
  const onAttention = ([one]: Tensor[]) => void (weights = keep(one.alias()));
  scope(() => void model.forward(packBatch([encode(sentence.join(" "))]), { onAttention }));
  using kept = weights!;
  const labels = { rows: sentence, columns: sentence, cell: 44, digits: 2, top: 1 };
  return figure({
    title: "What the heads of a trained model attend to",
    description:
      "The weights of both heads after training, a row for each token that looks, a column for each seen.",
    drawings: [0, 1].map((head) => heatMap({ title: `head ${head}`, values: rowsOf(kept, head), ...labels })),
  });
}

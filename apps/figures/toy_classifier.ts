import { valueAndGrad } from "@taxon/autograd";
import { EncoderClassifier, encoderConfig, packBatch } from "@taxon/model";
import { crossEntropy } from "@taxon/nn";
import { tensor } from "@taxon/tensor";
import { AdamW } from "@taxon/train";

/** The words of the sentences; the first five are the article's sentence. */
const words = "the film was not bad food book very good fine awful".split(" ");

/** Every sentence of the form `the film was [not | very] bad`, with its label: 1 if it praises. */
const sentences = ["film", "food", "book"].flatMap((noun) =>
  ["", "not ", "very "].flatMap((degree) =>
    ["good", "fine", "bad", "awful"].map((adjective) => ({
      text: `the ${noun} was ${degree}${adjective}`,
      label: Number(/good|fine/.test(adjective) !== (degree === "not ")),
    }))
  )
);

/** Token ids of a sentence of known words. */
export function encode(text: string): { ids: number[] } {
  return { ids: text.split(" ").map((word) => words.indexOf(word)) };
}

/** A classifier of one layer with two heads that has learned what "not" does. */
export function trainOnSentences(): EncoderClassifier {
  const sizes = {
    vocabSize: words.length,
    modelSize: 16,
    layers: 1,
    heads: 2,
    headDim: 8,
    feedForwardSize: 32,
  };
  const labels = ["negative", "positive"];
  const model = new EncoderClassifier(encoderConfig({ ...sizes, labels, dropout: 0 })).initialize(1);
  const batch = packBatch(sentences.map(({ text }) => encode(text)));
  using targets = tensor(Int32Array.from(sentences, ({ label }) => label));
  const parameters = model.namedParameters();
  using optimizer = new AdamW(parameters);
  for (let step = 0; step < 60; step++) {
    const loss = () => crossEntropy(model.forward(batch).logits, targets);
    const { value, grads } = valueAndGrad([...parameters.values()], loss);
    optimizer.step(new Map([...parameters.keys()].map((name, i) => [name, grads[i]!])), 0.01);
    for (const tensor of [value, ...grads]) tensor!.dispose();
  }
  return model;
}

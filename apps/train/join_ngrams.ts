import { EncoderClassifier, predictLogits } from "@taxon/model";
import { fitOpinionPool, fitSigmoidTemperature, fitTemperature, type NgramTable } from "@taxon/train";
import type { Prepared } from "./prepare.ts";

/** A trained encoder with a linear model on n-grams beside it. */
export interface JoinedModel {
  model: EncoderClassifier;
  /** What the encoder's logits were multiplied by, 0 … 1; those of the n-grams have the rest. */
  encoderShare: number;
}

/**
 * Puts a linear model on n-grams beside the encoder; each was trained by itself. How much either counts is fitted
 * on the evaluation split and goes into the weights.
 */
export async function joinNgrams(
  encoder: EncoderClassifier,
  { eval: evaluation }: Pick<Prepared, "eval">,
  { buckets, idf, weight, bias }: NgramTable,
  onProgress: (share: number) => void = () => {},
): Promise<JoinedModel> {
  const { problemType, labels } = encoder.config;
  const rows = buckets.length;
  const ngrams = [
    ["ngrams.buckets", { shape: [rows], data: buckets }],
    ["ngrams.idf", { shape: [rows, 1], data: idf }],
    ["ngrams.weight", { shape: [rows, labels.length], data: weight }],
    ["ngrams.bias", { shape: [labels.length], data: bias }],
  ] as const;
  const model = new EncoderClassifier({ ...encoder.config, ngramRows: rows });
  const state = new Map([...await encoder.stateDict(), ...ngrams]);
  model.loadStateDict(state);

  const predict = (model: EncoderClassifier, from: number) =>
    predictLogits(model, evaluation.texts, {
      onBatch: (done) => onProgress(from + 0.3 * done / evaluation.texts.length),
    });
  const deep = await predict(encoder, 0);
  const both = await predict(model, 0.3);
  const wide = both.map((logit, i) => logit - deep[i]);
  let pools = 0;
  const { share } = fitOpinionPool(deep, wide, (logits) => {
    const pool = pools++;
    const onFit = (share: number) => onProgress(0.6 + 0.4 * (pool + share) / 21); // shares that are tried
    return problemType === "multi_label_classification"
      ? fitSigmoidTemperature(logits, evaluation.targets, onFit)
      : fitTemperature(logits, evaluation.targets, labels.length, onFit);
  });
  const factors = {
    "head.weight": share,
    "head.bias": share,
    "ngrams.weight": 1 - share,
    "ngrams.bias": 1 - share,
  };
  for (const [name, factor] of Object.entries(factors)) {
    const { shape, data } = state.get(name)!;
    state.set(name, { shape, data: data.map((value) => factor * value) });
  }
  model.loadStateDict(state);
  onProgress(1);
  return { model, encoderShare: share };
}

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

  const deep = await predictLogits(encoder, evaluation.texts);
  const both = await predictLogits(model, evaluation.texts);
  const wide = both.map((logit, i) => logit - deep[i]);
  const { share } = fitOpinionPool(deep, wide, (logits) => {
    return problemType === "multi_label_classification"
      ? fitSigmoidTemperature(logits, evaluation.targets)
      : fitTemperature(logits, evaluation.targets, labels.length);
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
  return { model, encoderShare: share };
}

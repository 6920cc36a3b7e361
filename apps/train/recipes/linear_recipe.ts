import { pickRows } from "@taxon/app-shared";
import { foldNumbers } from "@taxon/data";
import { EncoderClassifier, type EncoderClassifierConfig, encoderConfig } from "@taxon/model";
import { type LinearBaseline, type NgramTable, trainLinearBaseline } from "@taxon/train";
import { targetWeights } from "../class_weights.ts";
import { withNgrams } from "../join_ngrams.ts";
import type { Recipe, RecipeContext } from "./recipe.ts";

/** The model on n-grams alone. */
export interface LinearRecipe extends Recipe {
  /** Its weights, fitted to all training rows. */
  table(): NgramTable;
}

/** A linear model on n-grams of what an encoder would read, with what naive Bayes thinks of each; no encoder. */
export function linearRecipe({ prepared, folds, flags, beginPhase }: RecipeContext): LinearRecipe {
  const { config, train: { texts, targets } } = prepared;
  let known: LinearBaseline | undefined;
  const fitted = () =>
    known ??= trainLinearBaseline(texts.map(({ ngrams }) => ngrams!), targets, {
      problemType: config.problemType,
      classes: config.labels.length,
      seed: flags.seed,
      naiveBayes: true,
      weights: targetWeights(flags.classWeights, config, targets),
      ...(folds.length > 0 && { folds: [foldNumbers(folds, texts.length)] }),
      onProgress: beginPhase("N-grams"),
    });
  return {
    name: "linear",
    work: () => 0,
    answers: (folds) => {
      const { outOfFold } = fitted();
      return Promise.resolve(folds.map(({ heldOut }) => pickRows(outOfFold, heldOut, config.labels.length)));
    },
    async train() {
      using none = new EncoderClassifier(withoutLayers(config)).initialize(flags.seed);
      return await withNgrams(none, fitted().table(), 0);
    },
    table: () => fitted().table(),
  };
}

/** What stands for the encoder where there is none: two features a token, which the head does not read. */
function withoutLayers(
  { vocabSize, maxTokens, typeVocabSize, pairTypes, problemType, labels, longText, columns }:
    EncoderClassifierConfig,
): EncoderClassifierConfig {
  return encoderConfig({
    vocabSize,
    maxTokens,
    typeVocabSize,
    pairTypes,
    modelSize: 2,
    layers: 0,
    heads: 1,
    headDim: 2,
    feedForwardSize: 1,
    problemType,
    labels,
    longText,
    columns,
  });
}

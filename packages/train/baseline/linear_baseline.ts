import type { NgramCounts } from "@taxon/decision";
import { countNgrams } from "@taxon/text";
import { crossValidateLinearModel, fitLinearModel, type Folds, predictLinear } from "../linear/mod.ts";
import { type OnProgress, partOf } from "../progress.ts";
import { type Baseline, type BaselineOptions, targetRows } from "./baseline.ts";
import { type NgramData, ngramProblem } from "./ngram_problem.ts";
import { type NgramTable, ngramTable } from "./ngram_table.ts";
import { stratifiedFolds } from "./stratified_folds.ts";

/** Inverse strengths of the penalty that are tried. */
const STRENGTHS = [1, 4, 16, 64, 256];
/** How far weights may be from the best ones: further digits change neither the choice nor what is measured. */
const TOLERANCE = 0.05;

/** What a linear model on n-grams is to predict, and how. */
export interface LinearBaselineOptions extends BaselineOptions {
  /**
   * Lets n-grams count more that are spread unevenly over the classes, after naive Bayes; default no, as
   * scikit-learn's logistic regression does. Makes no difference for regression.
   */
  naiveBayes?: boolean;
  /** How much each row counts, [rows], or for multi-label each label of it, [rows, classes]; 1 if not given. */
  weights?: ArrayLike<number>;
  /**
   * The fold of each row, for each repeat, by which the regularisation is chosen; below 0 for rows that are never held
   * out. If not given five folds in which classes are dealt evenly, of 1,000 rows and more one of them.
   */
  folds?: readonly Folds[];
  /** Told how far the training is. */
  onProgress?: OnProgress;
}

/** A linear baseline and the regularisation it chose. */
export interface LinearBaseline extends Baseline {
  /** As `Baseline.predict`, or from n-grams that were counted before. */
  predict(texts: readonly (string | NgramCounts)[], onProgress?: OnProgress): Float32Array;
  /** Inverse strength of the L2 penalty. */
  c: number;
  /**
   * Logits of each training row by a model that was fitted without its fold, [rows, classes], the mean of all repeats;
   * NaN where a row was never held out.
   */
  outOfFold: Float32Array;
  /** Its weights: what a model's n-gram branch is made of. */
  table(): NgramTable;
}

/**
 * Trains the opponent that a transformer has to beat to be worth its cost: logistic regression on TF-IDF of
 * hashed word and character n-grams (one sigmoid a label for multi-label, ridge regression for numbers). The
 * regularisation with the least loss out of fold is used to train on all rows.
 *
 * @example
 * ```ts
 * import { trainLinearBaseline } from "@taxon/train";
 * import { assert } from "@std/assert";
 *
 * const texts = ["refund please", "charged twice", "app crashes", "crash on start"];
 * const options = { problemType: "single_label_classification", classes: 2 } as const;
 * const baseline = trainLinearBaseline(texts, [0, 0, 1, 1], options);
 * const [billing, bug] = baseline.predict(["it crashes"]);
 * assert(bug > billing);
 * ```
 *
 * @param texts [rows]; pairs joined by `joinPair`. In place of a text its n-grams, counted by `countNgrams`.
 * @param targets Class ids, [rows]; for multi-label 0 or 1, [rows, classes]; for regression numbers, [rows].
 * @throws {RangeError} If the numbers of texts and targets do not fit, or a class id is not below `classes`.
 */
export function trainLinearBaseline(
  texts: readonly (string | NgramCounts)[],
  targets: ArrayLike<number>,
  options: LinearBaselineOptions,
): LinearBaseline {
  const { problemType, classes, seed = 42, naiveBayes = false, weights, onProgress = () => {} } = options;
  const raw = targetRows(texts.length, targets, options);
  const { mean, deviation } = problemType === "regression" ? standardization(raw) : { mean: 0, deviation: 1 };
  const data: NgramData = {
    counts: countAll(texts, partOf(onProgress, 0, 0.1)),
    y: raw.map((value) => (value - mean) / deviation),
    outputs: classes,
    problemType,
    weights,
    naiveBayes,
  };
  const strata = problemType === "single_label_classification" ? targets : new Float32Array(texts.length);
  const folds = options.folds ?? (texts.length < 2 ? [] : [stratifiedFolds(strata, seed)]);
  const { c, logits } = chooseStrength(data, folds, partOf(onProgress, 0.1, 0.8));
  const { tfidf, problem } = ngramProblem(data, undefined, partOf(onProgress, 0.8, 0.85));
  const model = fitLinearModel(problem, c, {
    tolerance: TOLERANCE,
    onProgress: partOf(onProgress, 0.85, 1),
  });
  onProgress(1);
  const restore = (values: Float32Array) => values.map((value) => value * deviation + mean);
  return {
    c,
    outOfFold: restore(logits),
    table: () => ngramTable(tfidf, model),
    predict(unseen, onProgress = () => {}) {
      const counts = countAll(unseen, partOf(onProgress, 0, 0.4));
      const x = tfidf.transform(counts, partOf(onProgress, 0.4, 0.5));
      const predicted = predictLinear(x, model, partOf(onProgress, 0.5, 1));
      onProgress(1);
      return restore(predicted);
    },
  };
}

function chooseStrength(
  data: NgramData,
  folds: readonly Folds[],
  onProgress: OnProgress,
): { c: number; logits: Float32Array } {
  const rows = data.counts.length;
  if (folds.length === 0) return { c: 1, logits: new Float32Array(rows * data.outputs).fill(NaN) };
  const problemOf = (seen: Uint8Array) => ngramProblem(data, seen, () => onProgress(0)).problem;
  return crossValidateLinearModel(problemOf, folds, STRENGTHS, { tolerance: TOLERANCE, onProgress });
}

function countAll(texts: readonly (string | NgramCounts)[], onProgress: OnProgress): NgramCounts[] {
  return texts.map((text, i) => {
    onProgress(i / texts.length);
    return typeof text === "string" ? countNgrams(text) : text;
  });
}

function standardization(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

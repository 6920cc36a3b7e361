import type { ProblemType } from "@taxon/decision";
import { foldIn, keyFromSeed, permutation } from "@taxon/tensor";
import type { NgramCounts } from "@taxon/decision";
import { countNgrams } from "@taxon/text";
import { type OnProgress, partOf } from "../progress.ts";
import { type Baseline, type BaselineOptions, targetRows } from "./baseline.ts";
import { fitLinearModel, type LinearModel, type Link, predictLinear } from "./linear_model.ts";
import { naiveBayesVariances } from "./naive_bayes.ts";
import { type NgramTable, ngramTable } from "./ngram_table.ts";
import { fitTfidf, type Tfidf } from "./tfidf.ts";

const LINKS: Record<ProblemType, Link> = {
  single_label_classification: "softmax",
  multi_label_classification: "sigmoid",
  regression: "identity",
};

/** Strengths that are tried, the strongest penalty first. */
const CANDIDATES = [1, 4, 16, 64];
const DEV_SHARE = 0.1;

/** What a linear model on n-grams is to predict, and how. */
export interface LinearBaselineOptions extends BaselineOptions {
  /**
   * Lets n-grams count more that are spread unevenly over the classes, after naive Bayes; default no, as
   * scikit-learn's logistic regression does. Makes no difference for regression.
   */
  naiveBayes?: boolean;
  /** Told how far the training is. */
  onProgress?: OnProgress;
}

/** A linear baseline and the regularisation it chose. */
export interface LinearBaseline extends Baseline {
  /** Inverse strength of the L2 penalty. */
  c: number;
  /** Its weights: what a model's n-gram branch is made of. */
  table(): NgramTable;
}

/**
 * Trains the opponent that a transformer has to beat to be worth its cost: logistic regression on TF-IDF of
 * hashed word and character n-grams (one sigmoid a label for multi-label, ridge regression for numbers). The
 * regularisation with the least loss on a tenth of the rows is used to train on all of them.
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
 * @param texts [rows]; pairs joined by `joinPair`.
 * @param targets Class ids, [rows]; for multi-label 0 or 1, [rows, classes]; for regression numbers, [rows].
 * @throws {RangeError} If the numbers of texts and targets do not fit, or a class id is not below `classes`.
 */
export function trainLinearBaseline(
  texts: readonly string[],
  targets: ArrayLike<number>,
  options: LinearBaselineOptions,
): LinearBaseline {
  const { problemType, seed = 42, naiveBayes = false, onProgress = () => {} } = options;
  const raw = targetRows(texts.length, targets, options);
  const { mean, deviation } = problemType === "regression" ? standardization(raw) : { mean: 0, deviation: 1 };
  const data: Dataset = {
    counts: countAll(texts, partOf(onProgress, 0, 0.1)),
    y: raw.map((value) => (value - mean) / deviation),
    outputs: options.classes,
    link: LINKS[problemType],
    naiveBayes: naiveBayes && problemType !== "regression",
    seed,
  };
  const c = chooseRegularization(data, partOf(onProgress, 0.1, 0.8));
  const { tfidf, fit } = fitterOf(data, partOf(onProgress, 0.8, 0.85));
  const model = fit(c, partOf(onProgress, 0.85, 1));
  onProgress(1);
  return {
    c,
    table: () => ngramTable(tfidf, model),
    predict(unseen, onProgress = () => {}) {
      const counts = countAll(unseen, partOf(onProgress, 0, 0.4));
      const x = tfidf.transform(counts, partOf(onProgress, 0.4, 0.5));
      const predicted = predictLinear(x, model, partOf(onProgress, 0.5, 1));
      onProgress(1);
      return predicted.map((value) => value * deviation + mean);
    },
  };
}

interface Dataset {
  counts: readonly NgramCounts[];
  /** [rows, outputs] */
  y: Float32Array;
  outputs: number;
  link: Link;
  naiveBayes: boolean;
  seed: number;
}

function countAll(texts: readonly string[], onProgress: OnProgress): NgramCounts[] {
  return texts.map((text, i) => {
    onProgress(i / texts.length);
    return countNgrams(text);
  });
}

function chooseRegularization(data: Dataset, onProgress: OnProgress): number {
  const order = permutation(foldIn(keyFromSeed(data.seed), "linear baseline dev"), data.counts.length);
  const devRows = Math.round(order.length * DEV_SHARE);
  if (devRows === 0) return CANDIDATES[0];
  const dev = select(data, order.subarray(0, devRows));
  const part = (from: number, to: number) =>
    partOf(onProgress, from / (CANDIDATES.length + 1), to / (CANDIDATES.length + 1));
  const { tfidf, fit } = fitterOf(select(data, order.subarray(devRows)), part(0, 1));
  const unseen = tfidf.transform(dev.counts, part(1, 1));
  const losses = CANDIDATES.map((c, i) => {
    const model = fit(c, part(i + 1, i + 1.9));
    return lossOf(predictLinear(unseen, model, part(i + 1.9, i + 2)), dev.y, data.link);
  });
  return CANDIDATES[losses.indexOf(Math.min(...losses))];
}

/** Features of the rows, and how to fit a model on them with a given C. */
function fitterOf(
  { counts, y, link, outputs, naiveBayes, seed }: Dataset,
  onProgress: OnProgress,
): { tfidf: Tfidf; fit: (c: number, onProgress: OnProgress) => LinearModel } {
  const tfidf = fitTfidf(counts, partOf(onProgress, 0, 0.2));
  const { features } = tfidf;
  const x = tfidf.transform(counts, partOf(onProgress, 0.2, 0.4));
  const variances = naiveBayes
    ? naiveBayesVariances(x, y, { features, outputs, onProgress: partOf(onProgress, 0.4, 1) })
    : undefined;
  const options = { link, features, outputs, variances, seed };
  return { tfidf, fit: (c, onProgress) => fitLinearModel(x, y, { ...options, c, onProgress }) };
}

function select({ counts, y, outputs, ...rest }: Dataset, rows: Int32Array): Dataset {
  const selected = new Float32Array(rows.length * outputs);
  rows.forEach((row, i) => selected.set(y.subarray(row * outputs, (row + 1) * outputs), i * outputs));
  return {
    counts: Array.from(rows, (row) => counts[row]),
    y: selected,
    outputs,
    ...rest,
  };
}

/** Summed loss whose gradient the link promises: cross-entropy, or squared error. */
function lossOf(predicted: Float32Array, y: Float32Array, link: Link): number {
  const log = (p: number) => Math.log(Math.max(p, Number.EPSILON));
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    if (link === "identity") sum += (predicted[i] - y[i]) ** 2;
    else sum -= y[i] * log(predicted[i]) + (link === "sigmoid" ? (1 - y[i]) * log(1 - predicted[i]) : 0);
  }
  return sum;
}

function standardization(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

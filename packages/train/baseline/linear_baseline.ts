import { foldIn, keyFromSeed, permutation } from "@taxon/tensor";
import { countNgrams, type NgramCounts } from "@taxon/text";
import { type Baseline, type BaselineOptions, type BaselineProblem, targetRows } from "./baseline.ts";
import { fitLinearModel, type LinearModel, type Link, predictLinear } from "./linear_model.ts";
import { naiveBayesVariances } from "./naive_bayes.ts";
import { type NgramTable, ngramTable } from "./ngram_table.ts";
import { fitTfidf, type Tfidf } from "./tfidf.ts";

const LINKS: Record<BaselineProblem, Link> = {
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
  const { problemType, seed = 42, naiveBayes = false } = options;
  const raw = targetRows(texts.length, targets, options);
  const { mean, deviation } = problemType === "regression" ? standardization(raw) : { mean: 0, deviation: 1 };
  const data: Dataset = {
    counts: texts.map((text) => countNgrams(text)),
    y: raw.map((value) => (value - mean) / deviation),
    outputs: options.classes,
    link: LINKS[problemType],
    naiveBayes: naiveBayes && problemType !== "regression",
    seed,
  };
  const c = chooseRegularization(data);
  const { tfidf, fit } = fitterOf(data);
  const model = fit(c);
  return {
    c,
    table: () => ngramTable(tfidf, model),
    predict(unseen) {
      const x = tfidf.transform(unseen.map((text) => countNgrams(text)));
      return predictLinear(x, model).map((value) => value * deviation + mean);
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

function chooseRegularization(data: Dataset): number {
  const order = permutation(foldIn(keyFromSeed(data.seed), "linear baseline dev"), data.counts.length);
  const devRows = Math.round(order.length * DEV_SHARE);
  if (devRows === 0) return CANDIDATES[0];
  const dev = select(data, order.subarray(0, devRows));
  const { tfidf, fit } = fitterOf(select(data, order.subarray(devRows)));
  const unseen = tfidf.transform(dev.counts);
  const losses = CANDIDATES.map((c) => lossOf(predictLinear(unseen, fit(c)), dev.y, data.link));
  return CANDIDATES[losses.indexOf(Math.min(...losses))];
}

/** Features of the rows, and how to fit a model on them with a given C. */
function fitterOf(
  { counts, y, link, outputs, naiveBayes, seed }: Dataset,
): { tfidf: Tfidf; fit: (c: number) => LinearModel } {
  const tfidf = fitTfidf(counts);
  const { features } = tfidf;
  const x = tfidf.transform(counts);
  const variances = naiveBayes ? naiveBayesVariances(x, y, { features, outputs }) : undefined;
  return { tfidf, fit: (c) => fitLinearModel(x, y, { link, features, outputs, c, variances, seed }) };
}

function select({ counts, y, outputs, ...rest }: Dataset, rows: Int32Array): Dataset {
  return {
    counts: Array.from(rows, (row) => counts[row]),
    y: Float32Array.from(
      { length: rows.length * outputs },
      (_, i) => y[rows[Math.floor(i / outputs)] * outputs + i % outputs],
    ),
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

import type { NgramCounts, ProblemType } from "@taxon/decision";
import type { LinearProblem, Link } from "../linear/mod.ts";
import { type OnProgress, partOf } from "../progress.ts";
import { naiveBayesVariances } from "./naive_bayes.ts";
import { fitTfidf, type Tfidf } from "./tfidf.ts";

const LINKS: Record<ProblemType, Link> = {
  single_label_classification: "softmax",
  multi_label_classification: "sigmoid",
  regression: "identity",
};

/** Texts and what a linear model on their n-grams is to say of them. */
export interface NgramData {
  counts: readonly NgramCounts[];
  /** [rows, outputs] */
  y: Float32Array;
  outputs: number;
  problemType: ProblemType;
  /** As for `fitLinearModel`. */
  weights?: ArrayLike<number>;
  /** Whether naive Bayes says how far weights may go. */
  naiveBayes: boolean;
}

/**
 * The features of texts, weighted by how rare they are in those that a fit sees; all others have theirs, too, of n-grams
 * that it knows.
 *
 * @param seen 1 for rows that the fit sees, 0 for others; all if not given.
 */
export function ngramProblem(
  { counts, y, outputs, problemType, weights, naiveBayes }: NgramData,
  seen?: Uint8Array,
  onProgress: OnProgress = () => {},
): { tfidf: Tfidf; problem: LinearProblem } {
  const own = seen === undefined ? counts : counts.filter((_, row) => seen[row] === 1);
  const tfidf = fitTfidf(own, partOf(onProgress, 0, 0.3));
  const x = tfidf.transform(counts, partOf(onProgress, 0.3, 0.6));
  const variances = naiveBayes && problemType !== "regression"
    ? naiveBayesVariances(x, y, { outputs, seen, onProgress: partOf(onProgress, 0.6, 1) })
    : undefined;
  return { tfidf, problem: { x, y, outputs, link: LINKS[problemType], weights, variances } };
}

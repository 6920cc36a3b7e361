import { scoreRows } from "@taxon/classifier";
import { judge } from "@taxon/classifier/training";
import type { EncoderClassifierConfig } from "@taxon/model";
import {
  fitOpinionPool,
  fitSigmoidTemperature,
  fitTemperature,
  type OnProgress,
  rowWeights,
} from "@taxon/train";
import { calibrate } from "@taxon/app-shared";
import type { PreparedRows } from "../prepare.ts";
import { joinArrays, joinSplits } from "./recipe.ts";
import type { RecipeName } from "./settle_recipe.ts";

/** A recipe, or one pooled with the n-grams, with what it answers to rows that it was not trained on. */
export interface Candidate {
  recipe: RecipeName;
  /** Of the recipe in the logits, where n-grams have the rest. */
  share?: number;
  /** For each part of the judged rows, [rows, labels]. */
  answers: readonly Float32Array[];
  /** Estimated operations of all its trainings. */
  work: number;
}

/** A candidate judged on the rows that all have answered. */
export interface JudgedCandidate extends Candidate {
  /** Mean loss: nats for classifiers, the squared error for regression. */
  loss: number;
  /** Other figures by name. */
  values: Readonly<Record<string, number>>;
}

/** Shares that are tried. */
const POOLS = 21;

/** Which of two says more before any row is seen: n-grams beside a new encoder, a pretrained encoder beside n-grams. */
type Trusted = "n-grams" | "encoder";

/**
 * A recipe pooled with the n-grams: logits share · own + (1 − share) · n-grams, with the share that is most probable on
 * the rows that both have answered, under a prior that leaves few rows to the one that is trusted.
 */
export function pooled(
  own: Candidate,
  ngrams: Candidate,
  trusted: Trusted,
  parts: readonly PreparedRows[],
  { problemType, labels }: Pick<EncoderClassifierConfig, "problemType" | "labels">,
  { classWeights, onProgress = () => {} }: { classWeights?: ArrayLike<number>; onProgress?: OnProgress } = {},
): Candidate {
  let pools = 0;
  const count = own.answers.length;
  const { targets } = joinSplits(parts.slice(0, count));
  const weights = classWeights && rowWeights(classWeights, targets, problemType);
  const [deep, wide] = [own.answers, ngrams.answers.slice(0, count)].map(joinArrays);
  const fit = (logits: Float64Array) => {
    const pool = pools++;
    const onFit = (share: number) => onProgress((pool + share) / POOLS);
    return problemType === "multi_label_classification"
      ? fitSigmoidTemperature(logits, targets, { weights, onProgress: onFit })
      : fitTemperature(logits, targets, labels.length, { weights, onProgress: onFit });
  };
  const share = trusted === "n-grams"
    ? fitOpinionPool(deep, wide, fit).share
    : 1 - fitOpinionPool(wide, deep, fit).share;
  return {
    recipe: own.recipe,
    share,
    answers: own.answers.map((part, p) =>
      part.map((logit, i) => share * logit + (1 - share) * ngrams.answers[p][i])
    ),
    work: own.work + ngrams.work,
  };
}

/** What a candidate is called. */
export function nameOf({ recipe, share }: Pick<Candidate, "recipe" | "share">): string {
  return share === undefined ? recipe : `${recipe} + n-grams`;
}

/**
 * Judges a candidate, calibrated, on the first parts of the rows.
 *
 * @param count How many parts all candidates have answered.
 */
export function judgeCandidate(
  candidate: Candidate,
  parts: readonly PreparedRows[],
  count: number,
  config: EncoderClassifierConfig,
  onProgress?: OnProgress,
): JudgedCandidate {
  const { answers } = candidate;
  const answered = joinSplits(parts.slice(0, answers.length));
  const own = calibrate(config, joinArrays(answers), answered.targets, onProgress);
  const { targets } = joinSplits(parts.slice(0, count));
  const scores = scoreRows(joinArrays(answers.slice(0, count)), own);
  const losses = rowLosses(own, scores, targets);
  return {
    ...candidate,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    values: judge(own, scores, targets).values,
  };
}

/** Negative log-likelihood of each row, of several labels the mean; for regression the squared error. */
export function rowLosses(
  { problemType, labels }: Pick<EncoderClassifierConfig, "problemType" | "labels">,
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
): number[] {
  const width = labels.length;
  const nats = (p: number) => -Math.log(Math.max(p, Number.EPSILON));
  return Array.from({ length: scores.length / width }, (_, row) => {
    switch (problemType) {
      case "single_label_classification":
        return nats(scores[row * width + targets[row]]);
      case "multi_label_classification": {
        let sum = 0;
        for (let i = row * width; i < (row + 1) * width; i++) {
          sum += nats(targets[i] === 1 ? scores[i] : 1 - scores[i]);
        }
        return sum / width;
      }
      case "regression":
        return (scores[row] - targets[row]) ** 2;
    }
  });
}

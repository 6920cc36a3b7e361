import {
  majorityBaseline,
  type NgramTable,
  type OnProgress,
  trainLinearBaseline,
  tuneThresholds,
} from "@taxon/train";
import { judge, type Judgement, type Problem, targetsOf } from "@taxon/classifier/training";
import type { Example } from "@taxon/data";
import { joinPair } from "@taxon/text";
import type { JudgedRun } from "./compare_runs/judged_run.ts";

/** The two opponents of every model, judged on the same split. */
export interface BaselineResults {
  majority: Judgement;
  linear: Judgement;
  /** What the linear one answers, to be compared row by row. */
  linearRun: JudgedRun;
}

/** Two simple models, trained once on the training split of a run. */
export interface Baselines {
  judge(split: readonly Example[], onProgress?: OnProgress): BaselineResults;
}

/**
 * Trains the baselines: the most frequent answer, and a linear model on hashed n-grams.
 *
 * @param evaluation Split on which multi-label thresholds are tuned, as for the model.
 */
export function trainBaselines(
  problem: Problem,
  train: readonly Example[],
  evaluation: readonly Example[],
  seed: number,
  onProgress?: OnProgress,
): Baselines {
  const { problemType, labels } = problem;
  const options = { problemType, classes: labels.length, seed };
  const targets = targetsOf(train, labels, problemType);
  const majority = majorityBaseline(targets, options);
  const linear = trainLinearBaseline(train.map(textOf), targets, { ...options, onProgress });
  const thresholds = problemType === "multi_label_classification"
    ? tuneThresholds(
      linear.predict(evaluation.map(textOf)),
      targetsOf(evaluation, labels, problemType),
      labels.length,
    )
    : undefined;
  return {
    judge(split, onProgress) {
      const texts = split.map(textOf);
      const truth = targetsOf(split, labels, problemType);
      const config = { problemType, labels, thresholds };
      const scores = Float64Array.from(linear.predict(texts, onProgress));
      return {
        majority: judge({ problemType, labels }, majority.predict(texts), truth),
        linear: judge(config, scores, truth),
        linearRun: { name: "the linear baseline", config, examples: split, scores },
      };
    },
  };
}

/**
 * Trains what is put beside an encoder: the linear baseline with naive Bayes in it, which is better on most data
 * (`docs/training.md`).
 */
export function trainNgrams(
  { problemType, labels }: Problem,
  train: readonly Example[],
  seed: number,
  onProgress?: OnProgress,
): NgramTable {
  const targets = targetsOf(train, labels, problemType);
  const options = { problemType, classes: labels.length, seed, naiveBayes: true, onProgress };
  return trainLinearBaseline(train.map(textOf), targets, options).table();
}

function textOf({ text, textPair }: Example): string {
  return joinPair(text, textPair);
}

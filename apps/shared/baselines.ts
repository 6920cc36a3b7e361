import { majorityBaseline, type OnProgress, trainLinearBaseline } from "@taxon/train";
import { scoreRows } from "@taxon/classifier";
import { judge, type Judgement, type Problem, targetsOf } from "@taxon/classifier/training";
import { type Example, type Fold, foldNumbers } from "@taxon/data";
import type { NgramCounts, ProblemType } from "@taxon/decision";
import { encoderConfig } from "@taxon/model";
import { joinPair } from "@taxon/text";
import { calibrate } from "./calibrate.ts";
import type { JudgedRun } from "./compare_runs/judged_run.ts";
import { pickRows } from "./pick_rows.ts";

/** Smaller probabilities are 0 in f32, which has no logarithm. */
const LEAST = 1e-30;

/** The two opponents of every model, judged on the same split. */
export interface BaselineResults {
  majority: Judgement;
  linear: Judgement;
  /** What the linear one answers, to be compared row by row. */
  linearRun: JudgedRun;
}

/** Rows of a split, with what a model counted of them, where it did. */
export interface BaselineRows {
  examples: readonly Example[];
  texts?: readonly { ngrams?: NgramCounts }[];
}

/** Two simple models, trained once on the training split of a run. */
export interface Baselines {
  judge(split: BaselineRows, onProgress?: OnProgress): BaselineResults;
  /** Judges them on training rows, each answered by baselines that were trained without its fold. */
  judgeOutOfFold(rows: Int32Array): BaselineResults;
}

/** How baselines are trained. */
export interface BaselinesOptions {
  seed: number;
  /** Of the training rows: what the linear baseline is calibrated by where there is no evaluation split. */
  folds?: readonly Fold[];
  onProgress?: OnProgress;
}

/**
 * Trains the baselines: the most frequent answer, and a linear model on hashed n-grams, which is calibrated as models
 * are: with a temperature, and for multi-label thresholds.
 *
 * @param evaluation Split that it is calibrated on; without one it is on training rows out of fold.
 */
export function trainBaselines(
  { problemType, labels }: Problem,
  train: BaselineRows,
  evaluation: BaselineRows | undefined,
  { seed, folds = [], onProgress }: BaselinesOptions,
): Baselines {
  const rows = train.examples.length;
  const width = labels.length;
  const options = { problemType, classes: width, seed };
  const targets = targetsOf(train.examples, labels, problemType);
  const targetsAt = (rows: Int32Array) => pickRows(targets, rows, targets.length / train.examples.length);
  const numbers = foldNumbers(folds, rows);
  const linear = trainLinearBaseline(textsOf(train), targets, {
    ...options,
    ...(folds.length > 0 && { folds: [numbers] }),
    onProgress,
  });
  const majority = majorityBaseline(targets, options);
  const logitsOf = (split: BaselineRows, onProgress?: OnProgress) =>
    linear.predict(textsOf(split), onProgress).map((value) => toLogit(problemType, value));
  const heldOut = Int32Array.from(numbers.keys().filter((row) => numbers[row] >= 0));
  const [logits, truth] = evaluation
    ? [logitsOf(evaluation), targetsOf(evaluation.examples, labels, problemType)]
    : [pickRows(linear.outOfFold, heldOut, width), targetsAt(heldOut)];
  const config = calibrate(encoderConfig({ problemType, labels }), logits, truth);

  function judged(
    examples: readonly Example[],
    majority: Float32Array,
    logits: Float32Array,
  ): BaselineResults {
    const truth = targetsOf(examples, labels, problemType);
    const scores = scoreRows(logits, config);
    return {
      majority: judge({ problemType, labels }, majority, truth),
      linear: judge(config, scores, truth),
      linearRun: { name: "the linear baseline", config, examples, scores },
    };
  }
  return {
    judge(split, onProgress) {
      const constant = majority.predict(split.examples.map(() => ""));
      return judged(split.examples, constant, logitsOf(split, onProgress));
    },
    judgeOutOfFold(rows) {
      const constants = folds.map(({ train }) => majorityBaseline(targetsAt(train), options).predict([""]));
      return judged(
        Array.from(rows, (row) => train.examples[row]),
        Float32Array.from(Array.from(rows, (row) => [...constants[numbers[row]]]).flat()),
        pickRows(linear.outOfFold, rows, width),
      );
    },
  };
}

/** What a split's texts are to the linear baseline: their n-grams, where they are counted already. */
function textsOf({ examples, texts }: BaselineRows): (string | NgramCounts)[] {
  return examples.map(({ text, textPair }, i) => texts?.[i].ngrams ?? joinPair(text, textPair));
}

/** Logits that have these probabilities; numbers as they are. */
function toLogit(problemType: ProblemType, value: number): number {
  switch (problemType) {
    case "single_label_classification":
      return Math.log(Math.max(value, LEAST));
    case "multi_label_classification":
      return Math.log(Math.max(value, LEAST) / Math.max(1 - value, LEAST));
    case "regression":
      return value;
  }
}

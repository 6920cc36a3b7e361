import type { ProblemType } from "@taxon/decision";
import { applyThresholds, thresholdsOf } from "@taxon/decision";
import {
  argmaxRows,
  brierScore,
  classificationMetrics,
  classificationReport,
  type ClassScore,
  expectedCalibrationError,
  logLoss,
  multiLabelMetrics,
  regressionMetrics,
  type ReliabilityBin,
  reliabilityBins,
  topLabelBins,
} from "@taxon/train";

/** What a set of scores amounts to against the truth. */
export interface Judgement {
  /** Figures by name, e.g. `macro_f1`; one that does not exist, such as a correlation with a constant, is left out. */
  values: Record<string, number>;
  /** The table a person reads, with labels as `show` writes them. */
  report: (show: (label: string) => string) => string;
  /** Scores of each label, for classifiers. */
  perClass?: ClassScore[];
  /** [truth][predicted], for single-label problems. */
  confusion?: number[][];
  /** Confidence against accuracy, for classifiers. */
  calibration?: ReliabilityBin[];
}

/** What the scores are about. */
export interface Problem {
  /** Decides which figures there are. */
  problemType: ProblemType;
  /** In the order of the scores' columns; one for regression. */
  labels: readonly string[];
  /** Multi-label: score from which a label counts; ½ where absent. */
  thresholds?: readonly number[];
}

/** The figure by which models are compared: macro-F1, or Pearson's correlation for regression. */
export function primaryMetric(problemType: ProblemType): "macro_f1" | "pearson" {
  return problemType === "regression" ? "pearson" : "macro_f1";
}

/**
 * Judges scores [n, labels] against targets as `targetsOf` makes them.
 */
export function judge(problem: Problem, scores: ArrayLike<number>, targets: Float32Array): Judgement {
  switch (problem.problemType) {
    case "single_label_classification":
      return judgeClasses(problem.labels, scores, targets);
    case "multi_label_classification":
      return judgeLabels(problem, scores, targets);
    case "regression":
      return judgeNumbers(scores, targets);
  }
}

function judgeClasses(labels: readonly string[], scores: ArrayLike<number>, truth: Float32Array): Judgement {
  const classes = labels.length;
  const metrics = classificationMetrics(truth, argmaxRows(scores, classes), classes);
  const calibration = topLabelBins(scores, truth, classes);
  return {
    values: {
      accuracy: metrics.accuracy,
      macro_f1: metrics.macro.f1,
      micro_f1: metrics.micro.f1,
      weighted_f1: metrics.weighted.f1,
      mcc: metrics.mcc,
      ece: expectedCalibrationError(calibration),
      brier: brierScore(scores, truth, classes),
      log_loss: logLoss(scores, truth, classes),
    },
    report: (show) => classificationReport(metrics, labels.map(show)),
    perClass: metrics.perClass,
    confusion: metrics.confusion,
    calibration,
  };
}

function judgeLabels(
  { labels, thresholds }: Problem,
  scores: ArrayLike<number>,
  truth: Float32Array,
): Judgement {
  const decided = applyThresholds(scores, thresholdsOf({ labels, thresholds }));
  const metrics = multiLabelMetrics(truth, decided, labels.length);
  const calibration = reliabilityBins(scores, truth);
  const squared = truth.reduce((sum, t, i) => sum + (scores[i] - t) ** 2, 0);
  return {
    values: {
      accuracy: metrics.subsetAccuracy,
      macro_f1: metrics.macro.f1,
      micro_f1: metrics.micro.f1,
      weighted_f1: metrics.weighted.f1,
      samples_f1: metrics.samples.f1,
      hamming_loss: metrics.hammingLoss,
      ece: expectedCalibrationError(calibration),
      brier: squared / truth.length,
    },
    report: (show) => classificationReport(metrics, labels.map(show)),
    perClass: metrics.perLabel,
    calibration,
  };
}

function judgeNumbers(predicted: ArrayLike<number>, truth: Float32Array): Judgement {
  const { pearson, spearman, meanSquaredError, meanAbsoluteError, r2 } = regressionMetrics(truth, predicted);
  const rmse = Math.sqrt(meanSquaredError);
  const all = { pearson, spearman, mse: meanSquaredError, rmse, mae: meanAbsoluteError, r2 };
  const report = Object.entries(all).map(([name, value]) =>
    `${name.padStart(9)} ${value.toFixed(4).padStart(9)}`
  );
  const values = Object.fromEntries(Object.entries(all).filter(([, value]) => Number.isFinite(value)));
  return { values, report: () => report.join("\n") + "\n" };
}

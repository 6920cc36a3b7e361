// The figures of testdata/metrics_schedules.json come from scikit-learn 1.9.1 and PyTorch schedulers.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { applyThresholds } from "@taxon/decision";
import { learningRateAt, type Schedule } from "../schedule.ts";
import {
  averagePrecision,
  brierScore,
  classificationMetrics,
  expectedCalibrationError,
  logLoss,
  multiLabelMetrics,
  reliabilityBins,
  rocAuc,
} from "./mod.ts";

const golden = JSON.parse(
  Deno.readTextFileSync(new URL("./testdata/metrics_schedules.json", import.meta.url)),
);
const TOLERANCE = 1e-12; // float64 on both sides; sums are taken in another order

function assertClose(actual: number, expected: number, name: string): void {
  assertAlmostEquals(actual, expected, TOLERANCE, `${name}: got ${actual}, expected ${expected}`);
}

for (const wanted of golden.metrics) {
  Deno.test(`classificationMetrics() equals scikit-learn on ${wanted.kind}, ${wanted.classes} classes`, () => {
    const got = classificationMetrics(wanted.truth, wanted.predicted, wanted.classes);
    assertEquals(got.confusion, wanted.confusion_rows_truth);
    assertEquals(got.perClass.map(({ support }) => support), wanted.support);
    assertClose(got.accuracy, wanted.accuracy, "accuracy");
    assertClose(got.mcc, wanted.mcc, "mcc");
    for (const score of ["precision", "recall", "f1"] as const) {
      got.perClass.forEach((own, k) => assertClose(own[score], wanted[score][k], `${score} of class ${k}`));
      for (const average of ["macro", "micro", "weighted"] as const) {
        assertClose(got[average][score], wanted[average][score], `${average} ${score}`);
      }
    }
  });
}

golden.multilabel.forEach(
  (wanted: Record<string, number> & { truth: number[][]; scores: number[][] }, i: number) => {
    Deno.test(`multiLabelMetrics() and the ranking figures equal scikit-learn on multi-label case ${i}`, () => {
      const [truth, scores] = [wanted.truth.flat(), wanted.scores.flat()];
      const labels = wanted.truth[0].length;
      const got = multiLabelMetrics(truth, applyThresholds(scores, [wanted.threshold]), labels);
      assertClose(got.subsetAccuracy, wanted.subset_accuracy, "subset accuracy");
      assertClose(got.hammingLoss, wanted.hamming_loss, "hamming loss");
      assertClose(got.micro.f1, wanted.micro_f1, "micro F1");
      assertClose(got.macro.f1, wanted.macro_f1, "macro F1");
      assertClose(got.samples.f1, wanted.samples_f1, "samples F1");
      assertClose(rocAuc(truth, scores), wanted.micro_roc_auc, "micro ROC-AUC");
      assertClose(averagePrecision(truth, scores), wanted.micro_average_precision, "micro average precision");
    });
  },
);

golden.ranking.forEach(
  (wanted: Record<string, number> & { truth: number[]; scores: number[] }, i: number) => {
    Deno.test(`ranking and calibration figures equal the recorded ones on ranking case ${i}`, () => {
      const clipped = wanted.scores.map((score) => Math.min(Math.max(score, 0.01), 0.99));
      const columns = clipped.flatMap((p) => [1 - p, p]);
      assertClose(rocAuc(wanted.truth, wanted.scores), wanted.roc_auc, "ROC-AUC");
      assertClose(
        averagePrecision(wanted.truth, wanted.scores),
        wanted.average_precision,
        "average precision",
      );
      assertClose(brierScore(columns, wanted.truth, 2), wanted.brier_of_clipped, "Brier score");
      assertClose(logLoss(columns, wanted.truth, 2), wanted.log_loss_of_clipped, "log loss");
      const bins = reliabilityBins(clipped, wanted.truth, 10);
      assertClose(expectedCalibrationError(bins), wanted.ece10_of_clipped, "ECE");
    });
  },
);

/** Our names of the recorded schedules, and the settings of `polynomial2` (power 2, ends at 1e-6). */
const schedules: Record<string, { schedule: Schedule; power?: number; endLearningRate?: number }> = {
  linear: { schedule: "linear" },
  linear_no_warmup: { schedule: "linear" },
  cosine: { schedule: "cosine" },
  constant_with_warmup: { schedule: "constant" },
  polynomial2: { schedule: "polynomial", power: 2, endLearningRate: 1e-6 },
};

for (const { name, base_lr, warmup, total, lr_of_step_from_0 } of golden.schedules) {
  Deno.test(`learningRateAt() equals the recorded ${name} schedule at every step, also past the end`, () => {
    const options = { ...schedules[name], learningRate: base_lr, warmupSteps: warmup, totalSteps: total };
    lr_of_step_from_0.forEach((wanted: number, step: number) => {
      assertAlmostEquals(learningRateAt(step, options), wanted, 1e-18, `step ${step}`);
    });
  });
}

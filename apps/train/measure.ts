import {
  type BaselineResults,
  type Baselines,
  type BeginPhase,
  judge,
  type Judgement,
  scoreRows,
} from "@taxon/app-shared";
import { type EncoderClassifier, type EncoderClassifierConfig, predictLogits } from "@taxon/model";
import { fitSigmoidTemperature, fitTemperature, type ReliabilityBin, tuneThresholds } from "@taxon/train";
import type { Example } from "@taxon/text";
import type { Prepared, PreparedSplit } from "./prepare.ts";

/** How the model does on one split, beside the baselines. */
export interface SplitResults {
  model: Judgement;
  baselines: BaselineResults;
  /** [rows, labels] */
  scores: Float64Array;
  examples: readonly Example[];
  /** Expected calibration error at temperature 1, for classifiers. */
  uncalibrated?: number;
  /** Confidence against accuracy at temperature 1, for classifiers. */
  uncalibratedBins?: ReliabilityBin[];
}

/** What a finished run knows of its quality. */
export interface Results {
  /** The model's config with temperature and thresholds fitted on the evaluation split. */
  config: EncoderClassifierConfig;
  eval: SplitResults;
  test?: SplitResults;
}

/** Calibrates on the evaluation split, then judges model and baselines on each split. */
export async function measure(
  model: EncoderClassifier,
  { eval: evaluation, test }: Prepared,
  baselines: Baselines,
  beginPhase: BeginPhase = () => () => {},
): Promise<Results> {
  const logitsOf = async ({ texts }: PreparedSplit) => {
    const onProgress = beginPhase("Evaluation");
    const logits = await predictLogits(model, texts, { onBatch: (done) => onProgress(done / texts.length) });
    onProgress(1);
    return logits;
  };
  const evalLogits = await logitsOf(evaluation);
  const config = calibrate(model.config, evalLogits, evaluation.targets);
  const judgeSplit = (split: PreparedSplit, logits: Float32Array): SplitResults => {
    const scores = scoreRows(logits, config);
    const raw = judge(config, scoreRows(logits, { ...config, temperature: 1 }), split.targets);
    return {
      model: judge(config, scores, split.targets),
      baselines: baselines.judge(split.examples, beginPhase("Baseline")),
      scores,
      examples: split.examples,
      uncalibrated: raw.values.ece,
      uncalibratedBins: raw.calibration,
    };
  };
  return {
    config,
    eval: judgeSplit(evaluation, evalLogits),
    test: test && judgeSplit(test, await logitsOf(test)),
  };
}

function calibrate(
  config: EncoderClassifierConfig,
  logits: Float32Array,
  targets: Float32Array,
): EncoderClassifierConfig {
  switch (config.problemType) {
    case "single_label_classification":
      return { ...config, temperature: fitTemperature(logits, targets, config.labels.length).temperature };
    case "multi_label_classification": {
      const calibrated = { ...config, temperature: fitSigmoidTemperature(logits, targets).temperature };
      const thresholds = tuneThresholds(scoreRows(logits, calibrated), targets, config.labels.length);
      return { ...calibrated, thresholds };
    }
    case "regression":
      return config;
  }
}

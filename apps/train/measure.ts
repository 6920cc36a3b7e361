import {
  type BaselineResults,
  type Baselines,
  type BeginPhase,
  compareRuns,
  type RunComparison,
} from "@taxon/app-shared";
import { scoreRows } from "@taxon/classifier";
import { judge, type Judgement } from "@taxon/classifier/training";
import { type EncoderClassifier, type EncoderClassifierConfig, predictLogits } from "@taxon/model";
import {
  fitSigmoidTemperature,
  fitTemperature,
  type ReliabilityBin,
  type TemperatureFit,
  tuneThresholds,
} from "@taxon/train";
import type { Example } from "@taxon/data";
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
  /** The linear baseline and the model beside it, on the test split or, where there is none, the evaluation split. */
  besideLinear: RunComparison;
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
  const onFit = beginPhase("Calibration");
  const config = calibrate(model.config, evalLogits, evaluation.targets, onFit);
  onFit(1);
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
  const evaluated = judgeSplit(evaluation, evalLogits);
  const tested = test && judgeSplit(test, await logitsOf(test));
  const { baselines: { linearRun }, examples, scores } = tested ?? evaluated;
  return {
    config,
    eval: evaluated,
    test: tested,
    besideLinear: await compareRuns(linearRun, { name: "this model", config, examples, scores }),
  };
}

/** Where the temperature of a classifier comes from, in a sentence or two. */
export function describeTemperature(
  { config, eval: { examples }, test }: Pick<Results, "config" | "eval" | "test">,
): string | undefined {
  if (config.problemType === "regression") return undefined;
  const rows = `${examples.length} rows of the evaluation split`;
  if (config.temperature === 1) return `The temperature stays 1: the ${rows} do not tell another.`;
  const source = `The temperature is ${config.temperature}, fitted on the ${rows}.`;
  return test === undefined ? `${source} On other texts the ECE will be larger than on these.` : source;
}

function calibrate(
  config: EncoderClassifierConfig,
  logits: Float32Array,
  targets: Float32Array,
  onProgress: (share: number) => void,
): EncoderClassifierConfig {
  switch (config.problemType) {
    case "single_label_classification": {
      const { length } = config.labels;
      return { ...config, temperature: rounded(fitTemperature(logits, targets, length, onProgress)) };
    }
    case "multi_label_classification": {
      const calibrated = {
        ...config,
        temperature: rounded(fitSigmoidTemperature(logits, targets, onProgress)),
      };
      const thresholds = tuneThresholds(scoreRows(logits, calibrated), targets, config.labels.length);
      return { ...calibrated, thresholds };
    }
    case "regression":
      return config;
  }
}

/** More digits would claim what no split can tell. */
function rounded({ temperature }: TemperatureFit): number {
  return Number(temperature.toPrecision(3));
}

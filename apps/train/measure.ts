import {
  type BaselineResults,
  type Baselines,
  type BeginPhase,
  compareRuns,
  type RunComparison,
} from "@taxon/app-shared";
import { scoreRows } from "@taxon/classifier";
import { judge, type Judgement } from "@taxon/classifier/training";
import { type EncoderClassifierConfig, predictLogits } from "@taxon/model";
import type { ReliabilityBin } from "@taxon/train";
import type { Example } from "@taxon/data";
import type { Prepared, PreparedRows } from "./prepare.ts";
import type { Choice } from "./recipes/choose_recipe.ts";
import type { Trained } from "./recipes/train_recipes.ts";

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
  /** The model's config with temperature and thresholds, fitted on the evaluation split. */
  config: EncoderClassifierConfig;
  /** On the evaluation split; where there is none, on training rows out of fold. */
  eval: SplitResults;
  choice: Choice;
  test?: SplitResults;
  /** The linear baseline and the model beside it, on the test split or, where there is none, the evaluation split. */
  besideLinear: RunComparison;
}

/** Judges model and baselines on each split. */
export async function measure(
  { model, config, choice, judged, outOfFold, logits: evalLogits }: Trained,
  { test }: Pick<Prepared, "test">,
  baselines: Baselines,
  beginPhase: BeginPhase = () => () => {},
): Promise<Results> {
  const judgeSplit = (
    split: PreparedRows,
    logits: Float32Array,
    baselines: BaselineResults,
  ): SplitResults => {
    const scores = scoreRows(logits, config);
    const raw = judge(config, scoreRows(logits, { ...config, temperature: 1 }), split.targets);
    return {
      model: judge(config, scores, split.targets),
      baselines,
      scores,
      examples: split.examples,
      uncalibrated: raw.values.ece,
      uncalibratedBins: raw.calibration,
    };
  };
  const besides = (split: PreparedRows) => baselines.judge(split, beginPhase("Baseline"));
  const evaluated = judgeSplit(
    judged,
    evalLogits,
    outOfFold ? baselines.judgeOutOfFold(outOfFold) : besides(judged),
  );
  let tested: SplitResults | undefined;
  if (test) {
    const { texts } = test;
    const onProgress = beginPhase("Evaluation");
    const logits = await predictLogits(model, texts, { onBatch: (done) => onProgress(done / texts.length) });
    onProgress(1);
    tested = judgeSplit(test, logits, besides(test));
  }
  const { baselines: { linearRun }, examples, scores } = tested ?? evaluated;
  return {
    config,
    choice,
    eval: evaluated,
    test: tested,
    besideLinear: await compareRuns(linearRun, { name: "this model", config, examples, scores }),
  };
}

/** The split that all results are about, and what its rows are. */
export function reportedSplit(
  { choice, test, eval: evaluation }: Results,
): { name: string; split: SplitResults } {
  if (test) return { name: "the test split", split: test };
  return { name: choice.outOfFold ? OUT_OF_FOLD : "the evaluation split", split: evaluation };
}

const OUT_OF_FOLD = "training rows, out of fold";

/** What the figures of a run without a test split were also used for; undefined with one, and where they decided nothing. */
export function describeReuse(
  { config, test, choice: { candidates } }: Pick<Results, "config" | "test" | "choice">,
): string | undefined {
  const uses = [
    ...(config.problemType === "regression" ? [] : ["the temperature"]),
    ...(config.thresholds === undefined ? [] : ["the thresholds"]),
    ...(candidates.length > 1 ? ["the choice of the recipe"] : []),
  ];
  if (test !== undefined || uses.length === 0) return undefined;
  return `These rows also decided ${
    list.format(uses)
  }, so that other texts will be answered a little worse; --test names some.`;
}

const list = new Intl.ListFormat("en");

/** Where the temperature of a classifier comes from, in a sentence or two. */
export function describeTemperature(
  { config, eval: { examples }, test, choice }: Pick<Results, "config" | "eval" | "test" | "choice">,
): string | undefined {
  if (config.problemType === "regression") return undefined;
  const rows = choice.outOfFold
    ? `${examples.length} training rows, out of fold,`
    : `${examples.length} rows of the evaluation split`;
  if (config.temperature === 1) return `The temperature stays 1: the ${rows} do not tell another.`;
  const source = `The temperature is ${config.temperature}, fitted on the ${rows.replace(/,$/, "")}.`;
  return test === undefined ? `${source} On other texts the ECE will be larger than on these.` : source;
}

import type { BeginPhase } from "@taxon/app-shared";
import { targetScaleOf, trainingTask, unitOf } from "@taxon/classifier/training";
import { type EncoderClassifier, predictLogits } from "@taxon/model";
import { learningRateAt, Trainer } from "@taxon/train";
import { readClassWeights } from "./class_weights.ts";
import type { TrainFlags } from "./command.ts";
import { PooledTexts } from "./frozen_encoder.ts";
import type { Prepared, PreparedRows } from "./prepare.ts";
import type { ParameterGroups } from "./parameter_groups.ts";

/** A trainer with the model's answers on the evaluation split, if there is one; a frozen encoder need not be run for them. */
export interface Training {
  trainer: Trainer;
  evalLogits?: (onBatch: () => void) => Promise<Float32Array>;
}

/** Joins model, data and recipe. */
export async function createTrainer(
  model: EncoderClassifier,
  { config, train, eval: evaluation }: Pick<Prepared, "config"> & {
    train: PreparedRows;
    eval?: PreparedRows;
  },
  flags: TrainFlags,
  { trainable, learningRateScale }: ParameterGroups,
  beginPhase: BeginPhase = () => () => {},
): Promise<Training> {
  const frozen = flags.trainLayers === 0;
  const texts = frozen ? await PooledTexts.of(model, train, beginPhase("Features")) : undefined;
  const evalTexts = frozen && evaluation
    ? await PooledTexts.of(model, evaluation, beginPhase("Features"))
    : undefined;
  const scale = config.problemType === "regression" ? targetScaleOf(train.targets) : undefined;
  const task = trainingTask(model, train, {
    targetDeviation: scale?.deviation,
    classWeights: readClassWeights(flags.classWeights, config, train.targets),
    labelSmoothing: flags.labelSmoothing,
    tokenDropout: flags.tokenDropout,
    gradientCheckpointing: flags.gradientCheckpointing,
    trainable,
    logits: texts && ((...args) => texts.logits(...args)),
  });
  const totalSteps = Math.ceil(task.examples / flags.batchSize) * flags.epochs;
  const warmupSteps = flags.warmup < 1 ? Math.round(flags.warmup * totalSteps) : flags.warmup;
  const schedule = { schedule: flags.schedule, learningRate: flags.lr, warmupSteps, totalSteps };
  const trainer = new Trainer(task, {
    seed: flags.seed,
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    microBatchSize: Math.ceil(flags.batchSize / flags.gradAccum),
    learningRate: (step) => learningRateAt(step, schedule),
    learningRateScale,
    unit: scale && unitOf(scale),
    maxGradNorm: flags.maxGradNorm || Infinity,
    weightDecay: flags.weightDecay,
  });
  return {
    trainer,
    evalLogits: evaluation &&
      ((onBatch) => evalTexts?.allLogits() ?? predictLogits(model, evaluation.texts, { onBatch })),
  };
}

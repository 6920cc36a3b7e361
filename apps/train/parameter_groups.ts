import { UsageError } from "@taxon/app-shared";
import { type EncoderClassifierConfig, parameterDepth } from "@taxon/model";
import type { TrainFlags } from "./command.ts";

/** What is trained of a model, and how fast; by names of parameters. */
export interface ParameterGroups {
  trainable: (name: string) => boolean;
  /** Factor of the learning rate. */
  learningRateScale: (name: string) => number;
}

type GroupFlags =
  & Pick<TrainFlags, "lr" | "layerDecay">
  & Partial<Pick<TrainFlags, "trainLayers" | "lora" | "headLearningRate">>;

/**
 * Groups as the flags want them. Lower layers know more about language than about labels, so their rate falls by
 * `layerDecay` with each step away from the head (Howard & Ruder 2018, section 3.2); a new head may have its own.
 *
 * @throws {UsageError} If the model has fewer layers than are to be trained.
 */
export function parameterGroups(
  { trainLayers, lora, layerDecay, lr, headLearningRate = lr }: GroupFlags,
  { layers }: Pick<EncoderClassifierConfig, "layers">,
): ParameterGroups {
  if (trainLayers !== undefined && trainLayers > layers) {
    throw new UsageError(
      `Cannot use --train-layers ${trainLayers}: the model has ${layers} layers; leave the flag out to train everything`,
    );
  }
  if (trainLayers !== undefined && lora !== undefined) {
    throw new UsageError(
      "Cannot use --lora with --train-layers: all other weights of the encoder stay as they are",
    );
  }
  if (lr === 0 && headLearningRate > 0) {
    throw new UsageError(
      "Cannot use --head-learning-rate with --lr 0: --train-layers 0 trains the head alone",
    );
  }
  const distanceFromHead = (name: string) => layers + 1 - parameterDepth(name, layers);
  return {
    trainable(name) {
      if (lora !== undefined) return name.includes(".lora.") || distanceFromHead(name) === 0;
      return trainLayers === undefined || distanceFromHead(name) <= trainLayers;
    },
    learningRateScale(name) {
      const distance = distanceFromHead(name);
      return distance === 0 && lr > 0 ? headLearningRate / lr : layerDecay ** distance;
    },
  };
}

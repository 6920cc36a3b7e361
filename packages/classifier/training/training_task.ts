import { type EncodedText, type EncoderClassifier, packBatch } from "@taxon/model";
import { binaryCrossEntropy, crossEntropySum, squaredError } from "@taxon/nn";
import { foldIn, type Key, mean, mul, reshape, sum, type Tensor, tensor, uniformAt } from "@taxon/tensor";
import type { TrainingTask } from "@taxon/train";

/** Encoded texts and their right answers. */
export interface TrainingSplit {
  /** In the order of the targets. */
  readonly texts: readonly EncodedText[];
  /** As `targetsOf` makes them. */
  readonly targets: Float32Array;
}

/** What is special about training on a task. */
export interface TaskOptions {
  /** Factor of each label in the loss, [labels]; absent: all 1. Not for regression. */
  classWeights?: Float32Array;
  /** Share of the target's probability spread over all classes, from 0 to 1; single-label only. */
  labelSmoothing: number;
  /** Regression: the squared error counts in units of this; default 1. */
  targetDeviation?: number;
  /** Share of the tokens that are left out at random. */
  tokenDropout: number;
  /** Saves memory; see `ForwardOptions`. */
  gradientCheckpointing?: boolean;
  /** Which parameters are trained; default all but the n-gram branch: it was fitted before, and learns texts at once. */
  trainable?: (name: string) => boolean;
  /** Logits [examples, labels] where the encoder is not to run; the arguments are those of `TrainingTask.loss`. */
  logits?: TrainingTask["loss"];
}

const isDeep = (name: string) => !name.startsWith("ngrams.");

/** Joins model, training split and loss to what the training loop works on. */
export function trainingTask(
  model: EncoderClassifier,
  { texts, targets }: TrainingSplit,
  {
    classWeights,
    labelSmoothing,
    targetDeviation = 1,
    tokenDropout,
    gradientCheckpointing,
    trainable = isDeep,
    logits,
  }: TaskOptions,
): TrainingTask {
  const { problemType, labels } = model.config;
  const width = problemType === "multi_label_classification" ? labels.length : 1;
  function encoderLogits(indices: Int32Array, places: Int32Array, dropoutKey: Key): Tensor {
    const key = foldIn(dropoutKey, "tokens");
    const seen = Array.from(indices, (index, i) => dropTokens(texts[index], tokenDropout, key, places[i]));
    return model.forward(packBatch(seen, places), { dropoutKey, gradientCheckpointing }).logits;
  }
  return {
    parameters: new Map([...model.namedParameters()].filter(([name]) => trainable(name))),
    examples: texts.length,
    weight: (index) =>
      classWeights && problemType === "single_label_classification" ? classWeights[targets[index]] : 1,
    mayBeSilent: (name) => name.endsWith("attention.key.bias"), // softmax does not see a shift of all scores
    loss(indices: Int32Array, places: Int32Array, dropoutKey: Key): Tensor {
      const answers = (logits ?? encoderLogits)(indices, places, dropoutKey);
      const wanted = new Float32Array(indices.length * width);
      indices.forEach((index, i) =>
        wanted.set(targets.subarray(index * width, (index + 1) * width), i * width)
      );
      switch (problemType) {
        case "single_label_classification":
          return crossEntropySum(answers, tensor(Int32Array.from(wanted)), {
            labelSmoothing,
            classWeights: classWeights && tensor(classWeights),
          }).sum;
        case "multi_label_classification": {
          const each = binaryCrossEntropy(
            answers,
            tensor(wanted, [indices.length, width]),
            classWeights && tensor(classWeights),
          );
          return sum(mean(each, { axes: [1] })); // the mean over labels, as torch.nn.BCEWithLogitsLoss
        }
        case "regression":
          return sum(squaredError(
            mul(reshape(answers, [indices.length]), 1 / targetDeviation),
            tensor(wanted.map((target) => target / targetDeviation)),
          ));
      }
    },
  };
}

/**
 * A text without some of its tokens, so that no word can be relied on alone. The first and the last one ([CLS] and
 * [SEP]) stay; which others do is a function of key, place in the logical batch and position.
 */
export function dropTokens(text: EncodedText, share: number, key: Key, place: number): EncodedText {
  if (share === 0) return text;
  const { ids, typeIds } = text;
  const kept = Array.from({ length: ids.length }, (_, position) => position).filter((position) => {
    return position === 0 || position === ids.length - 1 || uniformAt(key, place, position) >= share;
  });
  return { ...text, ids: kept.map((i) => ids[i]), typeIds: typeIds && kept.map((i) => typeIds[i]) };
}

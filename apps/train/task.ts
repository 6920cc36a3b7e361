import { UsageError } from "@taxon/app-shared";
import {
  type EncodedText,
  type EncoderClassifier,
  type EncoderClassifierConfig,
  packBatch,
} from "@taxon/model";
import { binaryCrossEntropy, crossEntropySum, squaredError } from "@taxon/nn";
import { foldIn, type Key, mean, reshape, sum, type Tensor, tensor, uniformAt } from "@taxon/tensor";
import type { TrainingTask } from "@taxon/train";
import type { PreparedSplit } from "./prepare.ts";

/** What is special about training on a task. */
export interface TaskOptions {
  classWeights?: Float32Array;
  labelSmoothing: number;
  /** Share of the tokens that are left out at random. */
  tokenDropout: number;
}

/** Joins model, training split and loss to what the training loop works on. */
export function trainingTask(
  model: EncoderClassifier,
  { texts, targets }: PreparedSplit,
  { classWeights, labelSmoothing, tokenDropout }: TaskOptions,
): TrainingTask {
  const { problemType, labels } = model.config;
  const width = problemType === "multi_label_classification" ? labels.length : 1;
  return {
    parameters: model.namedParameters(),
    examples: texts.length,
    weight: (index) =>
      classWeights && problemType === "single_label_classification" ? classWeights[targets[index]] : 1,
    mayBeSilent: (name) => name.endsWith("attention.key.bias"), // softmax does not see a shift of all scores
    loss(indices: Int32Array, places: Int32Array, dropoutKey: Key): Tensor {
      const key = foldIn(dropoutKey, "tokens");
      const seen = Array.from(indices, (index, i) => dropTokens(texts[index], tokenDropout, key, places[i]));
      const batch = packBatch(seen, places);
      const { logits } = model.forward(batch, { dropoutKey });
      const wanted = new Float32Array(indices.length * width);
      indices.forEach((index, i) =>
        wanted.set(targets.subarray(index * width, (index + 1) * width), i * width)
      );
      switch (problemType) {
        case "single_label_classification":
          return crossEntropySum(logits, tensor(Int32Array.from(wanted)), {
            labelSmoothing,
            classWeights: classWeights && tensor(classWeights),
          }).sum;
        case "multi_label_classification": {
          const each = binaryCrossEntropy(
            logits,
            tensor(wanted, [indices.length, width]),
            classWeights && tensor(classWeights),
          );
          return sum(mean(each, { axes: [1] })); // the mean over labels, as torch.nn.BCEWithLogitsLoss
        }
        case "regression":
          return sum(squaredError(reshape(logits, [indices.length]), tensor(wanted)));
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
  return { ids: kept.map((i) => ids[i]), typeIds: typeIds && kept.map((i) => typeIds[i]) };
}

/**
 * Weights of the classes in the order of the labels: "none", "auto" (rows / (classes · rows of the class), as
 * scikit-learn's "balanced"; for multi-label the ratio of negatives to positives), or numbers.
 *
 * @throws {UsageError} If the numbers do not fit the labels.
 */
export function readClassWeights(
  given: string,
  { problemType, labels }: EncoderClassifierConfig,
  targets: Float32Array,
): Float32Array | undefined {
  if (given === "none") return undefined;
  if (problemType === "regression") {
    throw new UsageError("Cannot use --class-weights for regression: it has no classes");
  }
  if (given === "auto") return balanced(problemType === "multi_label_classification", labels.length, targets);
  const weights = Float32Array.from(given.split(","), Number);
  if (weights.length !== labels.length || !weights.every((weight) => weight > 0 && Number.isFinite(weight))) {
    throw new UsageError(
      `Cannot use --class-weights ${given}: give auto, none, or ${labels.length} positive numbers for ${
        labels.join(", ")
      }`,
    );
  }
  return weights;
}

function balanced(multiLabel: boolean, classes: number, targets: Float32Array): Float32Array {
  const counts = new Float32Array(classes);
  if (multiLabel) targets.forEach((target, i) => counts[i % classes] += target);
  else targets.forEach((id) => counts[id]++);
  const rows = multiLabel ? targets.length / classes : targets.length;
  return counts.map((count) =>
    multiLabel ? (rows - count) / Math.max(1, count) : rows / (classes * Math.max(1, count))
  );
}

import { UsageError } from "@taxon/app-shared";
import type { EncoderClassifierConfig } from "@taxon/model";
import { rowWeights } from "@taxon/train";

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

/**
 * How much each row counts for a linear model, [rows], or for multi-label each label of it, [rows, labels]; undefined if all
 * count the same.
 */
export function targetWeights(
  given: string,
  config: EncoderClassifierConfig,
  targets: Float32Array,
): Float32Array | undefined {
  const weights = readClassWeights(given, config, targets);
  if (weights === undefined) return undefined;
  return rowWeights(weights, targets, config.problemType);
}

import { type Baseline, type BaselineOptions, targetRows } from "./baseline.ts";

/**
 * The baseline that ignores the text: every row gets the share of each class in the training data, so the
 * most frequent class wins; in regression the mean.
 *
 * @param targets As for {@linkcode trainLinearBaseline}.
 */
export function majorityBaseline(targets: ArrayLike<number>, options: BaselineOptions): Baseline {
  const { problemType, classes } = options;
  const rows = problemType === "multi_label_classification" ? targets.length / classes : targets.length;
  const y = targetRows(rows, targets, options);
  const mean = new Float64Array(classes);
  for (let i = 0; i < y.length; i++) mean[i % classes] += y[i] / rows;
  return {
    predict: (texts) => Float32Array.from({ length: texts.length * classes }, (_, i) => mean[i % classes]),
  };
}

/** Metrics of classifiers and regressors, equal to scikit-learn's; plain numbers in, plain numbers out. */
export * from "./calibration_error.ts";
export * from "./classification.ts";
export { argmaxRows, confusionMatrix } from "./confusion.ts";
export * from "./mcnemar.ts";
export * from "./multi_label.ts";
export * from "./paired_bootstrap.ts";
export * from "./probability.ts";
export * from "./ranking.ts";
export * from "./regression.ts";
export * from "./report.ts";
export * from "./resampled.ts";
export type { ClassScore } from "./scores.ts";
export * from "./thresholds.ts";

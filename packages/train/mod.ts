/**
 * Training and judging classifiers: the loop and its state, schedules, linear models, metrics, calibration, and the
 * baselines that every result stands beside.
 *
 * @example Scores of a classifier against the truth
 * ```ts
 * import { argmaxRows, classificationMetrics, classificationReport } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const truth = [0, 1, 1];
 * const predicted = argmaxRows([0.9, 0.1, 0.2, 0.8, 0.6, 0.4], 2); // [3 texts, 2 labels]
 * const metrics = classificationMetrics(truth, predicted, 2);
 * assertEquals([metrics.accuracy, metrics.confusion], [2 / 3, [[1, 0], [1, 1]]]);
 * console.log(classificationReport(metrics, ["ham", "spam"]));
 * ```
 *
 * @module
 */
export * from "./adamw.ts";
export * from "./baseline/mod.ts";
export * from "./calibration.ts";
export * from "./gradients.ts";
export * from "./linear/mod.ts";
export * from "./liveness.ts";
export * from "./metrics/mod.ts";
export * from "./opinion_pool.ts";
export { type OnProgress } from "./progress.ts";
export * from "./row_weights.ts";
export * from "./schedule.ts";
export * from "./state.ts";
export { encodeEvents } from "./tensorboard.ts";
export * from "./trainer.ts";

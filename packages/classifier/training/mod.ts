/**
 * What only training and judging a classifier need: targets, the task of the training loop, and figures of quality.
 *
 * @example Judge the scores of two texts
 * ```ts
 * import { judge, targetsOf } from "@taxon/classifier/training";
 * import { assertEquals } from "@std/assert";
 *
 * const problem = { problemType: "single_label_classification", labels: ["ham", "spam"] } as const;
 * const examples = [{ labels: ["spam"] }, { labels: ["ham"] }];
 * const targets = targetsOf(examples, problem.labels, problem.problemType);
 * const scores = [0.2, 0.8, 0.4, 0.6]; // [2 texts, 2 labels]
 * const { values } = judge(problem, scores, targets);
 * assertEquals([values.accuracy, values.macro_f1], [0.5, 1 / 3]);
 * ```
 *
 * @module
 */
export * from "./judgement.ts";
export * from "./target_scale.ts";
export * from "./targets.ts";
export * from "./training_task.ts";

/**
 * What only training and judging a classifier need: targets, the task of the training loop, and figures of quality.
 *
 * @module
 */
export * from "./judgement.ts";
export * from "./target_scale.ts";
export * from "./targets.ts";
export * from "./training_task.ts";

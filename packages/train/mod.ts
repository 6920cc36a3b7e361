/**
 * Training and judging classifiers: the loop and its state, schedules, metrics, calibration, and the baselines that
 * every result stands beside.
 *
 * @module
 */
export * from "./adamw.ts";
export * from "./baseline/mod.ts";
export * from "./calibration.ts";
export * from "./gradients.ts";
export * from "./liveness.ts";
export * from "./metrics/mod.ts";
export * from "./opinion_pool.ts";
export { type OnProgress } from "./progress.ts";
export * from "./schedule.ts";
export * from "./state.ts";
export { encodeEvents } from "./tensorboard.ts";
export * from "./trainer.ts";

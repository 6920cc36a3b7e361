/**
 * The encoder classifier: configuration, forward pass over packed batches, scores, and its files.
 *
 * @module
 */
export * from "./batch.ts";
export * from "./checkpoint.ts";
export * from "./classifier.ts";
export * from "./config.ts";
export * from "./config_json.ts";
export * from "./predict.ts";
export * from "./scores.ts";

/**
 * From logits to an answer, and the words that all rooms share for it: problem types, what happens to long texts,
 * scores, thresholds, explanations.
 *
 * @example A label counts from its threshold on, or from one half
 * ```ts
 * import { predictedLabels, scores } from "@taxon/decision";
 * import { assertEquals } from "@std/assert";
 *
 * const config = {
 *   problemType: "multi_label_classification",
 *   labels: ["rain", "storm"],
 *   temperature: 2,
 *   thresholds: [0.5, 0.9],
 * } as const;
 * const probabilities = scores([0, 4], config);
 * assertEquals(probabilities[0], 0.5);
 * assertEquals(predictedLabels(probabilities, config), ["rain"]); // 1 / (1 + e⁻²) = 0.88 for storm
 * ```
 *
 * @module
 */
export type * from "./explanation.ts";
export { IMPORTANCE_METHODS } from "./explanation.ts";
export * from "./scores.ts";
export * from "./thresholds.ts";
export * from "./words.ts";

import type { ProblemType } from "./words.ts";

/** From where on a label of a multi-label model counts that has no threshold of its own. */
export const DEFAULT_THRESHOLD = 0.5;

/** What labels an answer may have, and from where on they count. */
export interface DecisionConfig {
  /** Decides whether the best label counts, any number of them, or none. */
  readonly problemType: ProblemType;
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Multi-label: score from which each label counts; {@linkcode DEFAULT_THRESHOLD} where absent. */
  readonly thresholds?: readonly number[];
}

/** The threshold of each label. */
export function thresholdsOf(
  { labels, thresholds }: Pick<DecisionConfig, "labels" | "thresholds">,
): number[] {
  return labels.map((_, i) => thresholds?.[i] ?? DEFAULT_THRESHOLD);
}

/**
 * Decisions by one threshold a label.
 *
 * @param scores [rows, labels]
 * @param thresholds [labels]
 * @returns 0 or 1, [rows, labels].
 */
export function applyThresholds(scores: ArrayLike<number>, thresholds: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(scores, (score, i) => score >= thresholds[i % thresholds.length] ? 1 : 0);
}

/** The labels that scores amount to: the best one, or all from their thresholds on; none for regression. */
export function predictedLabels(
  scores: ArrayLike<number>,
  { problemType, labels, thresholds }: DecisionConfig,
): string[] {
  if (problemType === "regression") return [];
  if (problemType === "multi_label_classification") {
    const given = applyThresholds(scores, thresholdsOf({ labels, thresholds }));
    return labels.filter((_, i) => given[i] === 1);
  }
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return [labels[best]];
}

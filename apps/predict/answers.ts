import { type EncoderClassifierConfig, predictedLabels } from "@taxon/model";

/** What the model says of one text. */
export interface Answer {
  /** The best label; for multi-label the best one as well; for regression the name of the target. */
  label: string;
  score: number;
  /** Multi-label: all labels from their thresholds on. */
  labels?: string[];
  /** Every score by label, in the order of the labels: an object cannot hold names such as "0" in another. */
  scores: Record<string, number>;
  /** Whether the text was cut at the model's longest sequence. */
  truncated: boolean;
}

/** Answers from scores [texts, labels]. */
export function answersOf(
  config: EncoderClassifierConfig,
  scores: Float64Array,
  texts: readonly { truncated: boolean }[],
): Answer[] {
  const width = config.labels.length;
  return texts.map(({ truncated }, i) => {
    const own = scores.subarray(i * width, (i + 1) * width);
    const pairs = config.labels.map((label, id): [string, number] => [label, own[id]]);
    const [label, score] = ranked(pairs)[0];
    const labels = config.problemType === "multi_label_classification"
      ? { labels: predictedLabels(own, config) }
      : {};
    return { label, score, ...labels, scores: Object.fromEntries(pairs), truncated };
  });
}

/** The highest score first. */
export function ranked(scores: readonly [string, number][]): [string, number][] {
  return scores.toSorted(([, a], [, b]) => b - a);
}

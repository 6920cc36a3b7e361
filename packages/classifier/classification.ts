import { predictedLabels, scores } from "@taxon/decision";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { EncodedInput } from "./encode.ts";

/** What a model says of one text. */
export interface Classification {
  /** The best label; for multi-label the best one as well; for regression the name of the target. */
  label: string;
  /** Probability of `label`, from 0 to 1; for regression the predicted number. */
  score: number;
  /** Multi-label: all labels from their thresholds on. */
  labels?: string[];
  /** Every score by label; for those in the order of the labels, take them by `config.labels`. */
  scores: Record<string, number>;
  /** Whether the text was cut at the model's longest sequence. */
  truncated: boolean;
  /** Tokens that the model read, special tokens included. */
  tokens: number;
}

/** Scores [n, labels] from logits [n, labels], at the config's temperature. */
export function scoreRows(logits: Float32Array, config: EncoderClassifierConfig): Float64Array {
  const labels = config.labels.length;
  const result = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += labels) {
    result.set(scores(logits.subarray(at, at + labels), config), at);
  }
  return result;
}

/** Answers from logits [texts, labels]. */
export function classifications(
  config: EncoderClassifierConfig,
  logits: Float32Array,
  texts: readonly EncodedInput[],
): Classification[] {
  const width = config.labels.length;
  const all = scoreRows(logits, config);
  return texts.map(({ ids, truncated }, i) => {
    const own = all.subarray(i * width, (i + 1) * width);
    const best = own.reduce((best, score, id) => score > own[best] ? id : best, 0);
    return {
      label: config.labels[best],
      score: own[best],
      ...(config.problemType === "multi_label_classification" && { labels: predictedLabels(own, config) }),
      scores: Object.fromEntries(config.labels.map((label, id) => [label, own[id]])),
      truncated,
      tokens: ids.length,
    };
  });
}

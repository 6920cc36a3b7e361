import { type EncoderClassifierConfig, predictedLabels } from "@taxon/model";
import type { Example } from "@taxon/data";
import { delimitedText } from "./delimited_text.ts";

/** Every row of a split with its truth, what was predicted, and all scores [rows, labels]. */
export function predictionsCsv(
  config: EncoderClassifierConfig,
  examples: readonly Example[],
  scores: Float64Array,
): string {
  const { labels, problemType } = config;
  const rows = examples.map(({ text, textPair, labels: truth, target, file, row }, i) => {
    const own = scores.subarray(i * labels.length, (i + 1) * labels.length);
    const predicted = problemType === "regression" ? own[0] : predictedLabels(own, config).join("|");
    return [`${file}:${row}`, text, textPair ?? "", target ?? truth.join("|"), predicted, ...own];
  });
  const head = ["row", "text", "text_pair", "truth", "predicted", ...labels.map((label) => `score:${label}`)];
  return delimitedText([head, ...rows]);
}

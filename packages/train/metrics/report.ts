import type { ClassificationMetrics } from "./classification.ts";
import type { MultiLabelMetrics } from "./multi_label.ts";
import type { ClassScore } from "./scores.ts";

const COLUMNS = ["precision", "recall", "f1-score", "support"];

/**
 * The table that scikit-learn's `classification_report` prints, character by character.
 *
 * @example
 * ```ts
 * import { classificationMetrics, classificationReport } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const metrics = classificationMetrics([0, 0, 1, 1], [0, 1, 1, 1], 2);
 * assertEquals(classificationReport(metrics, ["ham", "spam"]).split("\n")[2], "         ham     1.0000    0.5000    0.6667         2");
 * ```
 *
 * @param labels Names by class id.
 * @param options `digits` after the point, default 4.
 */
export function classificationReport(
  metrics: ClassificationMetrics | MultiLabelMetrics,
  labels: readonly string[],
  options: { digits?: number } = {},
): string {
  const { digits = 4 } = options;
  const width = Math.max(...labels.map((label) => [...label].length), "weighted avg".length, digits);
  const line = (name: string, cells: readonly string[]) =>
    `${" ".repeat(width - [...name].length)}${name} ${cells.map((cell) => cell.padStart(10)).join("")}`;
  const scoreLine = (name: string, { precision, recall, f1, support }: ClassScore) =>
    line(name, [...[precision, recall, f1].map((value) => formatScore(value, digits)), String(support)]);

  const { macro, micro, weighted } = metrics;
  const perClass = "perClass" in metrics ? metrics.perClass : metrics.perLabel;
  const averages = "accuracy" in metrics
    ? [line("accuracy", ["", "", formatScore(metrics.accuracy, digits), String(macro.support)])]
    : [scoreLine("micro avg", micro)];
  averages.push(scoreLine("macro avg", macro), scoreLine("weighted avg", weighted));
  if ("samples" in metrics) {
    averages.push(scoreLine("samples avg", { ...metrics.samples, support: macro.support }));
  }
  return [
    line("", COLUMNS),
    "",
    ...perClass.map((score, k) => scoreLine(labels[k], score)),
    "",
    ...averages,
    "",
  ].join("\n");
}

/** Like Python's format: ties such as 0.15625 go to the even digit, where `toFixed` goes up. */
function formatScore(value: number, digits: number): string {
  const isTie = Math.abs(value * 2 ** (digits + 1)) % 2 === 1; // x·10^d is half an odd number only for such dyadic x
  const below = Math.floor(value * 10 ** digits);
  return (isTie && below % 2 === 0 ? below / 10 ** digits : value).toFixed(digits);
}

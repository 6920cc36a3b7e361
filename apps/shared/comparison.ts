import type { EncoderClassifierConfig, ProblemType } from "@taxon/model";
import type { BaselineResults } from "./baselines.ts";
import { confusionTable } from "./confusion_table.ts";
import { type Judgement, primaryMetric } from "./judgement.ts";
import { cutMiddle, pad, textWidth } from "./text_width.ts";
import { visibleLine } from "./visible.ts";

/** A judged split, as far as its description needs it. */
export interface JudgedSplit {
  model: Judgement;
  /** Expected calibration error at temperature 1, for classifiers. */
  uncalibrated?: number;
}

/**
 * Report, confusion matrix and calibration of one split, for a person.
 *
 * @param columns Width of the terminal that it is for.
 */
export function describeSplit(
  config: EncoderClassifierConfig,
  { model, uncalibrated }: JudgedSplit,
  columns = Infinity,
): string {
  const parts = [columns === Infinity ? model.report : narrowReport(model.report, columns)];
  if (model.confusion) {
    parts.push(confusionTable(model.confusion, config.labels.map(visibleLine), columns) + "\n");
  }
  if (uncalibrated !== undefined) {
    const { ece, brier } = model.values;
    const before = `${uncalibrated.toFixed(4)} before temperature ${config.temperature.toFixed(2)}`;
    parts.push(`calibration: ECE ${ece.toFixed(4)} (${before}), Brier ${brier.toFixed(4)}\n`);
  }
  return parts.join("\n");
}

/** Columns that the figures of a line of scikit-learn's report take, with the blank before them. */
const FIGURES = 41;

/** The report with labels cut so that it fits. */
function narrowReport(report: string, columns: number): string {
  const lines = report.split("\n");
  const names = lines.map((line) => line.slice(0, -FIGURES).trim());
  const width = Math.min(Math.max(...names.map(textWidth)), columns - FIGURES);
  return lines.map((line, i) =>
    line.length <= FIGURES ? line : pad(cutMiddle(names[i], width), width, "left") + line.slice(-FIGURES)
  ).join("\n");
}

/** The table of the three models, and in words which one is better and what to try. */
export function comparison(problemType: ProblemType, model: Judgement, baselines: BaselineResults): string {
  const shown = problemType === "regression" ? ["pearson", "spearman", "mse"] : ["accuracy", "macro_f1"];
  const row = (name: string, values: Record<string, number>) =>
    name.padEnd(26) + shown.map((key) => (values[key]?.toFixed(4) ?? "–").padStart(10)).join("");
  const lines = [
    "".padEnd(26) + shown.map((key) => key.padStart(10)).join(""),
    row("this model", model.values),
    row("linear on hashed n-grams", baselines.linear.values),
    row(problemType === "regression" ? "mean" : "majority class", baselines.majority.values),
  ];
  return `${lines.join("\n")}\n\n${verdict(problemType, model, baselines)}`;
}

/** In words: whether the model or the linear baseline is better, and what to try. */
export function verdict(problemType: ProblemType, model: Judgement, baselines: BaselineResults): string {
  const key = primaryMetric(problemType);
  const metric = { macro_f1: "macro F1", pearson: "Pearson correlation" }[key];
  const difference = model.values[key] - baselines.linear.values[key];
  if (Number.isNaN(difference)) {
    return `There is no ${metric} to compare: the truth, or what a model answers, is the same for every text.`;
  }
  const points = `${Math.abs(difference).toFixed(4)} ${metric}`;
  if (difference >= 0) return `This model is better than the linear baseline by ${points}.`;
  return `The linear baseline is better than this model by ${points}. Label more texts, start from a pretrained ` +
    `encoder with --from, or try more --epochs, another --lr or another --dropout.`;
}

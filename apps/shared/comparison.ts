import type { ProblemType } from "@taxon/decision";
import type { EncoderClassifierConfig } from "@taxon/model";
import { calibrationErrorByChance } from "@taxon/train";
import type { BaselineResults } from "./baselines.ts";
import { decidingMetric, type RunComparison } from "./compare_runs/compare_runs.ts";
import { signed } from "./compare_runs/describe_comparison.ts";
import { confusionTable } from "./confusion_table.ts";
import type { Judgement } from "@taxon/classifier/training";
import { cutMiddle, pad, textWidth } from "./text_width.ts";
import { visibleLine } from "./visible.ts";

/** A judged split, as far as its description needs it. */
export interface JudgedSplit {
  model: Judgement;
  rows: number;
  /** Expected calibration error at temperature 1, for classifiers. */
  uncalibrated?: number;
}

/** Digits after the point that a share of so many rows deserves: another row would change the last one. */
export function digitsOf(rows: number): number {
  return rows < 100 ? 2 : rows < 10_000 ? 3 : 4;
}

/**
 * Report, confusion matrix and calibration of one split, for a person.
 *
 * @param columns Width of the terminal that it is for.
 */
export function describeSplit(
  config: EncoderClassifierConfig,
  split: JudgedSplit,
  columns = Infinity,
): string {
  const { report, confusion, calibration } = split.model;
  const table = report(visibleLine);
  const parts = [columns === Infinity ? table : narrowReport(table, columns)];
  if (confusion) parts.push(confusionTable(confusion, config.labels.map(visibleLine), columns) + "\n");
  if (calibration) parts.push(describeCalibration(config, split) + "\n");
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

/** ECE beside what chance makes of it, and Brier score. */
function describeCalibration(
  { temperature }: EncoderClassifierConfig,
  { model, rows, uncalibrated }: JudgedSplit,
): string {
  const figure = (value: number) => value.toFixed(digitsOf(rows));
  const { ece, brier } = model.values;
  const before = temperature === 1 ? "" : `, ${figure(uncalibrated!)} at temperature 1`;
  return `calibration: ECE ${figure(ece)}${before}, Brier score ${figure(brier)}\n` +
    `  On ${rows} rows, chance alone gives a calibrated model an ECE of about ${
      figure(calibrationErrorByChance(model.calibration!))
    }.`;
}

/** The table of the three models, and in words whether one is better. */
export function comparison(
  problemType: ProblemType,
  model: Judgement,
  baselines: BaselineResults,
  beside: RunComparison,
): string {
  const shown = problemType === "regression" ? ["pearson", "rmse", "mae"] : ["accuracy", "macro_f1"];
  const row = (name: string, values: Record<string, number>) =>
    name.padEnd(26) + shown.map((key) => (values[key]?.toFixed(4) ?? "–").padStart(10)).join("");
  const lines = [
    "".padEnd(26) + shown.map((key) => key.padStart(10)).join(""),
    row("this model", model.values),
    row("linear on hashed n-grams", baselines.linear.values),
    row(problemType === "regression" ? "mean" : "majority class", baselines.majority.values),
  ];
  return `${lines.join("\n")}\n\n${verdict(beside)}`;
}

const metricNames: Record<string, string> = { macro_f1: "macro F1", pearson: "Pearson correlation" };

/**
 * In words: whether the model or the linear baseline is better, or the rows do not tell.
 *
 * @param beside The linear baseline first, the model second.
 */
export function verdict(beside: RunComparison): string {
  return [correlationOrF1(beside), ...errorVerdict(beside)].join(" ");
}

/** For numbers: whose error is smaller, which correlation does not see. */
function errorVerdict({ metrics }: RunComparison): string[] {
  return metrics.filter(({ metric }) => metric === "rmse").map(({ first, second, difference, low, high }) => {
    const figure = (value: number) => Number(value.toPrecision(3)).toString();
    const what = high < 0 ? "smaller" : low > 0 ? "larger" : "about as large; which is less may be chance";
    const interval = `95 % interval ${figure(low)} to ${figure(high)}`;
    return `Its root mean squared error, ${figure(second)}, is ${what} beside the baseline's ${
      figure(first)
    } ` +
      `(difference ${figure(difference)}, ${interval}).`;
  });
}

function correlationOrF1(beside: RunComparison): string {
  const { metric, difference, low, high } = decidingMetric(beside);
  const { rows } = beside;
  const name = metricNames[metric];
  if (Number.isNaN(difference)) {
    return `There is no ${name} to compare: the truth, or what a model answers, is the same for every text.`;
  }
  const digits = digitsOf(rows);
  const interval = Number.isNaN(low)
    ? `${rows} rows`
    : `95 % interval ${signed(low, digits)} to ${signed(high, digits)}, ${rows} rows`;
  const points = `${Math.abs(difference).toFixed(digits)} ${name}`;
  if (low > 0) return `This model is better than the linear baseline by ${points} (${interval}).`;
  if (high < 0) return `The linear baseline is better than this model by ${points} (${interval}).`;
  if (Number(Math.abs(difference).toFixed(digits)) === 0) {
    return `This model is as good as the linear baseline: the same ${name} (${interval}).`;
  }
  return `This model is ${difference > 0 ? "ahead of" : "behind"} the linear baseline by ${points}, ` +
    `which may be chance (${interval}).`;
}

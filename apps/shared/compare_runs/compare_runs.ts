import { predictedLabels } from "@taxon/decision";
import {
  countedLabelMetrics,
  type CountedMetrics,
  countedNumberMetrics,
  type McNemarResult,
  mcnemarTest,
  multiLabelMetrics,
  pairedBootstrap,
} from "@taxon/train";
import type { JudgedRun } from "./judged_run.ts";
import { contentHash, requireSameRows } from "./same_rows.ts";

/** One metric of two runs; a figure that does not exist, such as a correlation with a constant, is NaN. */
export interface MetricDifference {
  metric: string;
  first: number;
  second: number;
  /** second − first. */
  difference: number;
  /** 95 % interval of the difference, by the paired bootstrap. */
  low: number;
  high: number;
}

/** F1 of one label in two runs. */
export interface LabelDifference {
  label: string;
  /** Rows that carry it. */
  support: number;
  first: number;
  second: number;
  /** second − first. */
  difference: number;
}

/** A row that only one of two runs has right. */
export interface FlippedExample {
  text: string;
  textPair?: string;
  truth: readonly string[];
  first: readonly string[];
  second: readonly string[];
}

/** Two runs side by side on the same rows. */
export interface RunComparison {
  first: string;
  second: string;
  rows: number;
  /** SHA-256 of the rows with their right answers. */
  sha256: string;
  metrics: MetricDifference[];
  /** By rows with all labels right; absent for regression, as is what follows. */
  mcnemar?: McNemarResult;
  perLabel?: LabelDifference[];
  /** What only the second run has right. */
  fixed?: FlippedExample[];
  /** What only the first run has right. */
  broken?: FlippedExample[];
}

/** The metric that says which of two runs is better: macro-F1, or Pearson's correlation for regression. */
export function decidingMetric({ metrics }: RunComparison): MetricDifference {
  return metrics.find(({ metric }) => metric === "macro_f1") ?? metrics[0];
}

/** Leaves figures that do not exist out of JSON, as in the files of a run; `JSON.stringify` takes it. */
export function withoutNaN(_key: string, value: unknown): unknown {
  return Number.isNaN(value) ? undefined : value;
}

/**
 * Compares two runs on the same rows.
 *
 * @param seed Decides the resamples of the bootstrap.
 * @throws {Error} If their labels or rows differ.
 */
export async function compareRuns(
  first: JudgedRun,
  second: JudgedRun,
  { seed = 42 }: { seed?: number } = {},
): Promise<RunComparison> {
  requireSameRows(first, second);
  const head = {
    first: first.name,
    second: second.name,
    rows: first.examples.length,
    sha256: await contentHash(first.examples),
  };
  return first.config.problemType === "regression"
    ? { ...head, metrics: compareNumbers(first, second, seed) }
    : { ...head, ...compareLabels(first, second, seed) };
}

function compareNumbers(first: JudgedRun, second: JudgedRun, seed: number): MetricDifference[] {
  const truth = first.examples.map(({ target }) => target!);
  const counted = [first, second].map(({ scores }) => countedNumberMetrics(truth, scores));
  return differences(["pearson", "spearman", "rmse", "mae"], truth.length, counted, seed);
}

function compareLabels(
  first: JudgedRun,
  second: JudgedRun,
  seed: number,
): Omit<RunComparison, "first" | "second" | "rows" | "sha256"> {
  const { config: { labels, problemType }, examples } = first;
  const truth = asDecisions(examples.map((example) => example.labels), labels);
  const answers = [first, second].map(answersOf);
  const decided = answers.map((rows) => asDecisions(rows, labels));
  const counted = decided.map((own) => countedLabelMetrics(truth, own, labels.length));
  const names = ["accuracy", "macro_f1", "micro_f1"];
  const metrics = differences(names, examples.length, counted, seed);

  const [scoresA, scoresB] = decided.map((own) => multiLabelMetrics(truth, own, labels.length).perLabel);
  const perLabel = labels.map((label, k): LabelDifference => {
    const [{ f1: a, support }, { f1: b }] = [scoresA[k], scoresB[k]];
    return { label, support, first: a, second: b, difference: b - a };
  });

  const isRight = (run: number, row: number) => {
    const [from, to] = [row * labels.length, (row + 1) * labels.length];
    return decided[run].subarray(from, to).every((value, k) => value === truth[from + k]);
  };
  const [fixed, broken]: [FlippedExample[], FlippedExample[]] = [[], []];
  examples.forEach(({ text, textPair, labels: truth }, row) => {
    const [a, b] = [isRight(0, row), isRight(1, row)];
    if (a === b) return;
    const flipped = { text, textPair, truth, first: answers[0][row], second: answers[1][row] };
    (b ? fixed : broken).push(flipped);
  });
  return {
    // With one label a row micro-F1 is the accuracy once more
    metrics: problemType === "single_label_classification" ? metrics.slice(0, 2) : metrics,
    mcnemar: mcnemarTest(broken.length, fixed.length),
    perLabel,
    fixed,
    broken,
  };
}

function differences(
  names: readonly string[],
  rows: number,
  [first, second]: readonly CountedMetrics[],
  seed: number,
): MetricDifference[] {
  const once = new Uint8Array(rows).fill(1);
  const intervals = pairedBootstrap(rows, first, second, { seed });
  const [a, b] = [first(once), second(once)];
  return names.map((metric, i) => ({ metric, first: a[i], second: b[i], ...intervals[i] }));
}

/** The labels that a run gives each row. */
function answersOf({ config, scores }: JudgedRun): string[][] {
  const width = config.labels.length;
  return Array.from({ length: scores.length / width }, (_, row) => {
    return predictedLabels(scores.subarray(row * width, (row + 1) * width), config);
  });
}

/** Label sets as 0 or 1, [rows, labels]: one form for one label a row and for several. */
function asDecisions(rows: readonly (readonly string[])[], labels: readonly string[]): Uint8Array {
  const decisions = new Uint8Array(rows.length * labels.length);
  rows.forEach((row, i) => row.forEach((label) => decisions[i * labels.length + labels.indexOf(label)] = 1));
  return decisions;
}

import type { Point } from "./series.ts";

export type { Point };

/** All that the report of a training run shows; plain numbers and texts, none of them HTML. */
export interface TrainingReport {
  /** What the run is called. */
  title: string;
  /** What a reader must know first: who answers, and how good that is beside the baseline. */
  verdict: string;
  /** Share of the encoder in the logits, where n-grams have the rest; with 0 nothing that was trained in steps counts. */
  encoderShare?: number;
  /** The few figures that stand at the top. */
  facts: readonly Fact[];
  /** How the recipe was chosen, where there was a choice. */
  choice?: RecipeChoice;
  /** In the order of the page. */
  charts: readonly CurveChart[];
  /** The split that all results are about. */
  split: { name: string; rows: number };
  /** In the order of the table. */
  metrics: readonly MetricRow[];
  /** Name of the simplest baseline, such as "majority class". */
  simplest: string;
  /** In the order of the labels; absent for regression. */
  classes?: readonly ClassRow[];
  /** Absent unless each row has one label. */
  confusion?: ConfusionMatrix;
  /** Absent for regression. */
  calibration?: Calibration;
  /** For regression: truth and prediction of each row. */
  scatter?: readonly Point[];
  /** The worst first. */
  mistakes: readonly Mistake[];
  /** The splits, and what deserves a look in them. */
  data: DataSummary;
  /** What a run with the same results needs. */
  settings: readonly SettingGroup[];
}

/** Recipes that were compared; all figures are of the same rows. */
export interface RecipeChoice {
  /** By what they were compared, and on which rows. */
  caption: string;
  /** Names of the columns, the first that of the recipes. */
  head: readonly string[];
  /** Of cells, as they are shown. */
  rows: readonly (readonly string[])[];
  /** Place of the row that was taken. */
  chosen: number;
  /** What else there is to say, such as what was left out; a sentence each. */
  notes: readonly string[];
}

/** A figure with its name. */
export interface Fact {
  /** In a few words. */
  name: string;
  /** As it is shown, with a unit where it has one. */
  value: string;
  /** What it means, in a few words. */
  note?: string;
}

/** A diagram of curves over the steps of the training. */
export interface CurveChart {
  /** What the vertical axis shows. */
  title: string;
  /** In one diagram, with a common axis. */
  curves: readonly Curve[];
  /** Constants to compare with, such as a baseline. */
  levels?: readonly { name: string; value: number }[];
  /** Step whose weights were kept. */
  bestStep?: number;
}

/** One curve. */
export interface Curve {
  /** As in the legend. */
  name: string;
  /** By step, in rising order. */
  points: readonly Point[];
  /** Drawn faintly below its moving average. */
  noisy?: boolean;
}

/** One metric of the model and of the two baselines; undefined where it does not exist. */
export interface MetricRow {
  /** As it is shown. */
  name: string;
  /** Whether high or low values are good. */
  better: "higher" | "lower";
  /** Whether the simplest baseline is good at it without knowing anything, and so is never the best. */
  simplestHasItForFree?: boolean;
  /** Of the trained model. */
  model?: number;
  /** Of the linear model on n-grams. */
  linear?: number;
  /** Of the simplest baseline. */
  simplest?: number;
}

/** How one label does. */
export interface ClassRow {
  /** Name of the label. */
  label: string;
  /** Rows that carry it. */
  support: number;
  /** Of the trained model, as the next two. */
  precision: number;
  /** From 0 to 1. */
  recall: number;
  /** From 0 to 1. */
  f1: number;
  /** F1 of the linear model on n-grams. */
  linearF1: number;
  /** F1 of the simplest baseline. */
  simplestF1: number;
  /** Multi-label: the score from which the label counts. */
  threshold?: number;
}

/** How often each label was taken for each. */
export interface ConfusionMatrix {
  /** In the order of rows and columns. */
  labels: readonly string[];
  /** [truth][predicted] */
  counts: readonly (readonly number[])[];
}

/** Confidence against accuracy, before and after the temperature. */
export interface Calibration {
  /** Where the temperature comes from, in one sentence. */
  note: string;
  /** Logits are divided by it. */
  temperature: number;
  /** Expected calibration error that a calibrated model has by chance on so many rows. */
  byChance: number;
  /** At temperature 1. */
  before: Reliability;
  /** At the temperature. */
  after: Reliability;
}

/** The data of a reliability diagram. */
export interface Reliability {
  /** Expected calibration error. */
  ece: number;
  /** Predictions whose confidence lies in (lower, upper], of rising confidence. */
  bins: readonly {
    lower: number;
    upper: number;
    count: number;
    meanConfidence: number;
    accuracy: number;
  }[];
}

/** A text on which the model was sure and wrong. */
export interface Mistake {
  /** The only text, or the first of a pair. */
  text: string;
  /** The second text of a pair. */
  textPair?: string;
  /** File and row. */
  place: string;
  /** Label and score, or a number, as it is shown. */
  predicted: string;
  /** What the file says, as it is shown. */
  truth: string;
  /** How wrong, from 0 to 1. */
  weight: number;
}

/** What the data check found. */
export interface DataSummary {
  /** Such as "tokens". */
  lengthUnit: string;
  /** Train, evaluation, and test where there is one; lengths are of texts or pairs. */
  splits: readonly {
    name: string;
    rows: number;
    /** Rows of each label; empty for regression. */
    classCounts: Readonly<Record<string, number>>;
    /** Rows that were cut. */
    truncated: number;
    lengths: {
      min: number;
      median: number;
      p95: number;
      max: number;
      buckets: readonly { from: number; to: number; count: number }[];
    };
  }[];
  /** Sentences on what deserves a look; none if all is well. */
  findings: readonly string[];
}

/** Settings that belong together. */
export interface SettingGroup {
  /** Heading above them. */
  title: string;
  /** As they are shown. */
  settings: readonly { name: string; value: string }[];
}

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
  charts: readonly CurveChart[];
  /** The split that all results are about. */
  split: { name: string; rows: number };
  metrics: readonly MetricRow[];
  /** Name of the simplest baseline, such as "majority class". */
  simplest: string;
  classes?: readonly ClassRow[];
  confusion?: ConfusionMatrix;
  calibration?: Calibration;
  /** For regression: truth and prediction of each row. */
  scatter?: readonly Point[];
  mistakes: readonly Mistake[];
  data: DataSummary;
  settings: readonly SettingGroup[];
}

/** A figure with its name. */
export interface Fact {
  name: string;
  value: string;
  /** What it means, in a few words. */
  note?: string;
}

/** A diagram of curves over the steps of the training. */
export interface CurveChart {
  title: string;
  curves: readonly Curve[];
  /** Constants to compare with, such as a baseline. */
  levels?: readonly { name: string; value: number }[];
  /** Step whose weights were kept. */
  bestStep?: number;
}

/** One curve. */
export interface Curve {
  name: string;
  points: readonly Point[];
  /** Drawn faintly below its moving average. */
  noisy?: boolean;
}

/** One metric of the model and of the two baselines; undefined where it does not exist. */
export interface MetricRow {
  name: string;
  better: "higher" | "lower";
  /** Whether the simplest baseline is good at it without knowing anything, and so is never the best. */
  simplestHasItForFree?: boolean;
  model?: number;
  linear?: number;
  simplest?: number;
}

/** How one label does. */
export interface ClassRow {
  label: string;
  /** Rows that carry it. */
  support: number;
  precision: number;
  recall: number;
  f1: number;
  linearF1: number;
  simplestF1: number;
  /** Multi-label: the score from which the label counts. */
  threshold?: number;
}

/** How often each label was taken for each. */
export interface ConfusionMatrix {
  labels: readonly string[];
  /** [truth][predicted] */
  counts: readonly (readonly number[])[];
}

/** Confidence against accuracy, before and after the temperature. */
export interface Calibration {
  /** Where the temperature comes from, in one sentence. */
  note: string;
  temperature: number;
  /** Expected calibration error that a calibrated model has by chance on so many rows. */
  byChance: number;
  before: Reliability;
  after: Reliability;
}

/** The data of a reliability diagram. */
export interface Reliability {
  /** Expected calibration error. */
  ece: number;
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
  text: string;
  textPair?: string;
  /** File and row. */
  place: string;
  predicted: string;
  truth: string;
  /** How wrong, from 0 to 1. */
  weight: number;
}

/** What the data check found. */
export interface DataSummary {
  /** Such as "tokens". */
  lengthUnit: string;
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
  title: string;
  settings: readonly { name: string; value: string }[];
}

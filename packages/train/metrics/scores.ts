/** Precision, recall and F1 of one class or of an average over classes. */
export interface ClassScore {
  /** Share of the predictions of the class that are right; 0 where there are none. */
  precision: number;
  /** Share of the class's rows that are found; 0 where there are none. */
  recall: number;
  /** Harmonic mean of precision and recall; 0 where both are. */
  f1: number;
  /** How many rows carry the class; for an average, all of them. */
  support: number;
}

/** True positives, false positives and false negatives of one class. */
export interface Counts {
  tp: number;
  fp: number;
  fn: number;
}

/** Scores of one class; a ratio of nothing to nothing is 0, as scikit-learn has it with `zero_division=0`. */
export function scoreCounts({ tp, fp, fn }: Counts): ClassScore {
  return {
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    support: tp + fn,
  };
}

/** Mean of the scores with each class weighted alike (macro). */
export function macroAverage(scores: readonly ClassScore[]): ClassScore {
  return average(scores, () => 1);
}

/** Mean of the scores with each class weighted by its support. */
export function weightedAverage(scores: readonly ClassScore[]): ClassScore {
  return average(scores, ({ support }) => support);
}

/** Scores of all decisions pooled (micro). */
export function microAverage(counts: readonly Counts[]): ClassScore {
  const sum = (of: (c: Counts) => number) => counts.reduce((total, c) => total + of(c), 0);
  return scoreCounts({ tp: sum(({ tp }) => tp), fp: sum(({ fp }) => fp), fn: sum(({ fn }) => fn) });
}

function average(scores: readonly ClassScore[], weight: (score: ClassScore) => number): ClassScore {
  const total = scores.reduce((sum, score) => sum + weight(score), 0);
  const mean = (of: (score: ClassScore) => number) =>
    ratio(scores.reduce((sum, score) => sum + weight(score) * of(score), 0), total);
  return {
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
    support: scores.reduce((sum, { support }) => sum + support, 0),
  };
}

/** a / b, and 0 for 0 / 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

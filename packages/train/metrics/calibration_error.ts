import { argmaxRows } from "./confusion.ts";

/** Predictions whose confidence lies in (lower, upper]. */
export interface ReliabilityBin {
  /** Excluded, except for 0 in the first bin. */
  lower: number;
  /** Included. */
  upper: number;
  /** Number of predictions. */
  count: number;
  /** 0 in an empty bin, as `accuracy` is. */
  meanConfidence: number;
  /** Share of predictions that came true. */
  accuracy: number;
}

/**
 * Groups predictions by confidence, the data of a reliability diagram. For a multi-label classifier pass all
 * probabilities and all 0/1 truths; for a single-label one use {@linkcode topLabelBins}.
 *
 * @param confidences From 0 to 1.
 * @param outcomes 1 where the prediction came true, otherwise 0.
 * @param bins Number of bins of equal width, default 15 (Guo et al. 2017).
 */
export function reliabilityBins(
  confidences: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = 15,
): ReliabilityBin[] {
  const groups = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const group = groups[Math.min(Math.max(Math.ceil(confidences[i] * bins) - 1, 0), bins - 1)];
    group.count++;
    group.confidence += confidences[i];
    group.right += outcomes[i];
  }
  return groups.map(({ count, confidence, right }, b) => ({
    lower: b / bins,
    upper: (b + 1) / bins,
    count,
    meanConfidence: confidence / (count || 1),
    accuracy: right / (count || 1),
  }));
}

/**
 * Reliability bins of the most probable class of each row.
 *
 * @param probabilities [rows, classes]
 * @param truth Class ids, [rows].
 */
export function topLabelBins(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
  bins = 15,
): ReliabilityBin[] {
  const top = argmaxRows(probabilities, classes);
  const confidences = Float64Array.from(top, (id, row) => probabilities[row * classes + id]);
  return reliabilityBins(confidences, top.map((id, row) => id === truth[row] ? 1 : 0), bins);
}

/**
 * About the expected calibration error that a model has by chance whose confidence is right in each bin: the mean
 * distance of a binomial share from its expectation, √(2/π) of its standard deviation. Few rows have a large one.
 */
export function calibrationErrorByChance(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { count, meanConfidence: p }) => {
    return sum + Math.sqrt(2 / Math.PI * count * p * (1 - p)) / total;
  }, 0);
}

/** Expected calibration error (ECE): mean distance of confidence and accuracy, each bin weighted by its count. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { count, meanConfidence, accuracy }) => sum + Math.abs(accuracy - meanConfidence) * count / total,
    0,
  );
}

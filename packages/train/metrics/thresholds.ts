import { DEFAULT_THRESHOLD } from "@taxon/decision";
/** A label with so many positive rows is judged half by the truth, half by what the model itself expects. */
const OWN_WORD = 10;

/**
 * For each label the threshold with the best F1 on these rows: a label belongs to a row where its probability
 * is at least the threshold. Candidates lie half-way between neighbouring probabilities; of equally good ones
 * the closest to 0.5 is taken. A label without a positive row keeps 0.5.
 *
 * A handful of positive rows says little, and the best cut between them is mostly chance. So the truth of a row is
 * smoothed by the label's probability, the more the fewer rows are positive (`docs/training.md` has figures).
 *
 * @param probabilities Calibrated, [rows, labels].
 * @param truth 0 or 1, [rows, labels].
 * @returns [labels]
 */
export function tuneThresholds(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  labels: number,
): number[] {
  const rows = probabilities.length / labels;
  return Array.from({ length: labels }, (_, label) => {
    const pairs = Array.from({ length: rows }, (_, row) => ({
      probability: probabilities[row * labels + label],
      positive: truth[row * labels + label] ? 1 : 0,
    })).sort((a, b) => b.probability - a.probability);
    return total(pairs) === 0 ? DEFAULT_THRESHOLD : bestThreshold(smoothed(pairs));
  });
}

interface Decision {
  probability: number;
  /** How far the label belongs to the row, 0 … 1. */
  positive: number;
}

function smoothed(rows: readonly Decision[]): Decision[] {
  const own = OWN_WORD / (OWN_WORD + total(rows));
  return rows.map(({ probability, positive }) => {
    return { probability, positive: own * probability + (1 - own) * positive };
  });
}

function total(rows: readonly Decision[]): number {
  return rows.reduce((sum, { positive }) => sum + positive, 0);
}

/** Walks down the sorted probabilities; after `taken` of them F1 = 2 tp / (taken + positives). */
function bestThreshold(sorted: readonly Decision[]): number {
  const positives = total(sorted);
  let best = { f1: 0, threshold: DEFAULT_THRESHOLD };
  let tp = 0;
  for (let i = 0; i < sorted.length; i++) {
    tp += sorted[i].positive;
    const below = sorted[i + 1]?.probability ?? 0;
    if (below === sorted[i].probability) continue; // equal probabilities are taken together
    const f1 = 2 * tp / (i + 1 + positives);
    const threshold = (sorted[i].probability + below) / 2;
    const closer = Math.abs(threshold - DEFAULT_THRESHOLD) < Math.abs(best.threshold - DEFAULT_THRESHOLD);
    if (f1 > best.f1 || (f1 === best.f1 && f1 > 0 && closer)) best = { f1, threshold };
  }
  return best.threshold;
}

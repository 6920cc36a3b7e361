/** What a model says of rows that it was not trained on. */
export interface OutOfFoldAnswers {
  /** In the order of the class ids. */
  labels: readonly string[];
  /** Class ids, [rows]. */
  truth: ArrayLike<number>;
  /** [rows, labels]; NaN in rows that were never held out. */
  probabilities: ArrayLike<number>;
}

/** Two labels whose texts a model takes for each other. */
export interface TwinLabels {
  /** In the order of the class ids. */
  labels: readonly [string, string];
  /** How many rows of the first were answered with the second, and of the second with the first. */
  confused: readonly [number, number];
  /** Rows of each. */
  rows: readonly [number, number];
}

/** A row whose label is probably another. */
export interface UnlikelyLabel {
  /** Index of the row. */
  row: number;
  /** What it is labelled. */
  label: string;
  /** What the model says instead. */
  likely: string;
  /** Probability of its own label. */
  own: number;
  /** Probability of the likely one. */
  other: number;
}

/** Share of the rows of two labels that is answered with the other one, from which they are twins. */
const TWIN_SHARE = 0.2;
/** Of either label by itself: one that merely swallows another is no twin. */
const TWIN_SHARE_OF_EACH = 0.1;
const TWIN_ROWS = 4;
/** How many times more often than with the other labels, without which a model that knows nothing finds twins. */
const TWIN_EXCESS = 3;

/**
 * Pairs of labels that are confused in both directions and far more often than with others, the most confused first: two
 * names for one thing, or a difference that the texts do not show. Of two labels there is nothing to tell.
 */
export function findTwinLabels(answers: OutOfFoldAnswers): TwinLabels[] {
  const { labels } = answers;
  const size = labels.length;
  const { confusion, rows } = confusionOf(answers);
  const twins: (TwinLabels & { share: number })[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size && size > 2; b++) {
      const confused = [confusion[a * size + b], confusion[b * size + a]] as const;
      const [both, of] = [confused[0] + confused[1], rows[a] + rows[b]];
      const share = both / of;
      const wrong = of - confusion[a * size + a] - confusion[b * size + b] - both;
      const elsewhere = wrong / of / (size - 2); // with each of the others, in the mean
      const mutual = Math.min(confused[0] / rows[a], confused[1] / rows[b]);
      if (
        both >= TWIN_ROWS && share >= TWIN_SHARE && mutual >= TWIN_SHARE_OF_EACH &&
        share >= TWIN_EXCESS * elsewhere
      ) {
        twins.push({ labels: [labels[a], labels[b]], confused, rows: [rows[a], rows[b]], share });
      }
    }
  }
  return twins.sort((a, b) => b.share - a.share).map(({ share: _, ...twin }) => twin);
}

/**
 * Rows whose own label is unlikely while another is as likely as it is for its own rows, the least likely first: the
 * off-diagonal of the confident joint of Northcutt, Jiang & Chuang 2021, "Confident Learning".
 */
export function findUnlikelyLabels(answers: OutOfFoldAnswers): UnlikelyLabel[] {
  const { labels, truth, probabilities } = answers;
  const size = labels.length;
  const usual = selfConfidence(answers);
  const found: UnlikelyLabel[] = [];
  for (let row = 0; row < truth.length; row++) {
    const at = (label: number) => probabilities[row * size + label];
    let likely = -1;
    for (let k = 0; k < size; k++) if (at(k) >= usual[k] && (likely < 0 || at(k) > at(likely))) likely = k;
    const id = truth[row];
    if (likely < 0 || likely === id || !(at(id) < at(likely))) continue;
    found.push({ row, label: labels[id], likely: labels[likely], own: at(id), other: at(likely) });
  }
  return found.sort((a, b) => (a.own - a.other) - (b.own - b.other) || a.row - b.row);
}

/** Mean probability of each label in its own rows; NaN where it has none. */
function selfConfidence({ labels, truth, probabilities }: OutOfFoldAnswers): Float64Array {
  const sums = new Float64Array(labels.length);
  const counts = new Float64Array(labels.length);
  for (let row = 0; row < truth.length; row++) {
    const own = probabilities[row * labels.length + truth[row]];
    if (Number.isNaN(own)) continue;
    sums[truth[row]] += own;
    counts[truth[row]]++;
  }
  return sums.map((sum, k) => sum / counts[k]);
}

/** [truth][answer], and the rows of each label. */
function confusionOf(
  { labels, truth, probabilities }: OutOfFoldAnswers,
): { confusion: Float64Array; rows: Float64Array } {
  const size = labels.length;
  const confusion = new Float64Array(size * size);
  const rows = new Float64Array(size);
  for (let row = 0; row < truth.length; row++) {
    let best = 0;
    for (let k = 1; k < size; k++) {
      if (probabilities[row * size + k] > probabilities[row * size + best]) best = k;
    }
    if (Number.isNaN(probabilities[row * size + best])) continue;
    confusion[truth[row] * size + best]++;
    rows[truth[row]]++;
  }
  return { confusion, rows };
}

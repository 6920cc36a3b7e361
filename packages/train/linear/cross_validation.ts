import { type FitOptions, fitPath, type LinearProblem, type PathFit, targetsOf } from "./fit.ts";
import { lossOf } from "./loss.ts";

/** The fold of each row, from 0 on; one below 0 is seen by all fits and never held out; [rows]. */
export type Folds = ArrayLike<number>;

/** What cross-validation says of strengths, and of the rows. */
export interface CrossValidation {
  /** The strength with the least loss; of equal ones the stronger penalty. */
  c: number;
  /**
   * Logits of each row by models that did not see it, at that strength; the mean over the divisions; [rows, outputs].
   * NaN for a row that no division held out.
   */
  logits: Float32Array;
  /**
   * Mean out-of-fold loss at each strength that was tried, from the strongest penalty on: nats a row for softmax, nats
   * a cell for sigmoid, half the squared error under the identity; by weight where rows have weights.
   */
  losses: { c: number; loss: number }[];
}

/**
 * Chooses the strength of a linear model by cross-validation: each fold is scored by a model of the others. Strengths
 * are tried from the strongest penalty on until the loss rises.
 *
 * @param problem Rows and targets; or what makes those of one fit, where features depend on the rows that it sees:
 * called with 1 for these and 0 for rows held out.
 * @param folds One division of the rows for each repeat.
 * @param strengths Values of C, in any order.
 * @throws {RangeError} If there are no divisions or strengths, or a division holds no row out, or all at once.
 */
export function crossValidateLinearModel(
  problem: LinearProblem | ((seen: Uint8Array) => LinearProblem),
  folds: readonly Folds[],
  strengths: readonly number[],
  { tolerance, onProgress = () => {} }: FitOptions = {},
): CrossValidation {
  if (strengths.length === 0 || folds.length === 0) {
    throw new RangeError(
      `Cannot cross-validate ${strengths.length} strengths on ${folds.length} divisions into folds: give both`,
    );
  }
  const rising = strengths.toSorted((a, b) => a - b);
  const masks = folds.flatMap(seenParts);
  const shares = new Float64Array(masks.length);
  const paths = masks.map((seen, part) => {
    const all = typeof problem === "function" ? problem(seen) : problem;
    if (all.x.rows !== seen.length) {
      throw new RangeError(
        `Cannot divide ${all.x.rows} rows into folds by ${seen.length} numbers: give one for each`,
      );
    }
    const report = (share: number) => {
      shares[part] = share;
      onProgress(shares.reduce((sum, share) => sum + share, 0) / shares.length);
    };
    return {
      all,
      unseen: heldOutOf(all, seen),
      fits: fitPath(only(all, seen), rising, { tolerance, onProgress: report }),
    };
  });
  const losses: { c: number; loss: number }[] = [];
  let best: { c: number; loss: number; logits: Float32Array } | undefined;
  for (const c of rising) {
    const heldOut = new HeldOut(paths[0].all.y.length);
    for (const { unseen, fits } of paths) {
      const { logits } = fits.next().value as PathFit; // one for each strength
      heldOut.add(unseen, logits);
    }
    const loss = heldOut.loss();
    losses.push({ c, loss });
    if (best !== undefined && !(loss < best.loss)) break;
    best = { c, loss, logits: heldOut.logits() };
  }
  onProgress(1);
  return { c: best!.c, logits: best!.logits, losses };
}

/** For each fold of a division 1 for rows that a fit without it sees, 0 for its own. */
function seenParts(division: Folds): Uint8Array[] {
  const all = Array.from(division);
  const folds = [...new Set(all)].filter((fold) => fold >= 0).sort((a, b) => a - b);
  if (folds.length === 0 || all.every((fold) => fold === folds[0])) {
    throw new RangeError(
      `Cannot cross-validate ${all.length} rows in folds ${
        folds.join(", ") || "below 0"
      }: hold some out, never all`,
    );
  }
  return folds.map((fold) => Uint8Array.from(all, (own) => own === fold ? 0 : 1));
}

/** The same problem on the rows where the mask is 1. */
function only(problem: LinearProblem, mask: Uint8Array): LinearProblem {
  const { weights } = targetsOf(problem);
  const width = weights.length / mask.length;
  return { ...problem, weights: weights.map((weight, i) => weight * mask[Math.floor(i / width)]) };
}

/** The same problem on the rows that a fit does not see. */
function heldOutOf(problem: LinearProblem, seen: Uint8Array): LinearProblem & { mask: Uint8Array } {
  const mask = seen.map((one) => 1 - one);
  return { ...only(problem, mask), mask };
}

/** Sums over what was held out. */
class HeldOut {
  readonly #logits: Float64Array;
  readonly #counts: Int32Array;
  #loss = 0;
  #weight = 0;

  constructor(cells: number) {
    this.#logits = new Float64Array(cells);
    this.#counts = new Int32Array(cells);
  }

  /** @param unseen The problem on the rows that were held out; others have weight 0. */
  add(unseen: LinearProblem & { mask: Uint8Array }, logits: Float64Array): void {
    const targets = targetsOf(unseen);
    this.#loss += lossOf(targets, logits, new Float64Array(logits.length));
    this.#weight += targets.weights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < logits.length; i++) {
      if (unseen.mask[Math.floor(i / unseen.outputs)] === 0) continue;
      this.#logits[i] += logits[i];
      this.#counts[i]++;
    }
  }

  loss(): number {
    return this.#loss / this.#weight;
  }

  logits(): Float32Array {
    return Float32Array.from(this.#logits, (sum, i) => sum / this.#counts[i]);
  }
}

import type { ProblemType } from "@taxon/decision";
import { type Example, textKey } from "./example.ts";
import { shuffle } from "./shuffle.ts";
import { strata } from "./strata.ts";

/** One part of a cross-validation, as indices of rows that rise. */
export interface Fold {
  /** To train on. */
  train: Int32Array;
  /** To be answered by what was trained on the others. */
  heldOut: Int32Array;
}

/** How many folds, and the seed that decides which rows. */
export interface FoldOptions {
  /** Says what strata are. */
  problemType: ProblemType;
  /** Default 5. */
  folds?: number;
  /** Deals the rows. */
  seed: number;
}

/**
 * Folds of a stratified cross-validation, decided by `seed`: every fold holds out rows of its own with the same mix of
 * strata, which are those of {@linkcode stratifiedSplit}. Equal texts (up to case and white space) are held out together.
 *
 * What is trained must know every label, so a label is never held out as a whole: of one with two to four different
 * texts each lies in another fold, and one with a single text stays in train of every fold and is answered by none.
 *
 * @example Six rows in three folds
 * ```ts
 * import { stratifiedFolds } from "@taxon/data";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = Array.from({ length: 6 }, (_, i) => {
 *   return { text: `text ${i}`, labels: [i < 3 ? "ham" : "spam"], row: i + 1, file: "mails.csv" };
 * });
 * const folds = stratifiedFolds(rows, { problemType: "single_label_classification", folds: 3, seed: 1 });
 * assertEquals(folds.map(({ train, heldOut }) => [train.length, heldOut.length]), [[4, 2], [4, 2], [4, 2]]);
 * ```
 *
 * @returns As many folds as wanted, or fewer where there are fewer different texts; a fold that would hold out no row is
 * left out, so that there is none where no label has two different texts.
 * @throws {RangeError} If fewer than two folds are wanted.
 */
export function stratifiedFolds(
  examples: readonly Example[],
  { problemType, folds: wanted = 5, seed }: FoldOptions,
): Fold[] {
  if (!Number.isInteger(wanted) || wanted < 2) {
    throw new RangeError(`Cannot make ${wanted} folds: give a whole number from 2 on`);
  }
  const stratumOf = strata[problemType](examples);
  const rows = examples.map((example, row) => ({ example, row }));
  const groups = [...Map.groupBy(rows, ({ example }) => textKey(example)).values()];
  const byStratum = Map.groupBy(groups, ([{ example }]) => stratumOf(example));
  const held: number[][] = Array.from({ length: wanted }, () => []);
  let next = 0; // goes on from stratum to stratum, so that the folds have one size
  for (const [stratum, members] of byStratum) {
    for (const group of shuffle(members, seed, `fold ${stratum}`)) {
      held[next++ % wanted].push(...group.map(({ row }) => row));
    }
  }
  const folds = held.map((own) => keepEveryLabel(examples, own)).filter((own) => own.length > 0);
  return folds.map((own) => {
    const out = new Set(own);
    return {
      train: Int32Array.from(examples.keys().filter((row) => !out.has(row))),
      heldOut: Int32Array.from(own).sort(),
    };
  });
}

/** The number of the fold that holds out each row, −1 for a row that none does. */
export function foldNumbers(folds: readonly Fold[], rows: number): Int32Array {
  const numbers = new Int32Array(rows).fill(-1);
  folds.forEach(({ heldOut }, fold) => heldOut.forEach((row) => numbers[row] = fold));
  return numbers;
}

/** What may be held out of these rows: those whose labels occur among the others too. */
function keepEveryLabel(examples: readonly Example[], held: readonly number[]): number[] {
  const out = new Set(held);
  const present = new Set(examples.flatMap(({ labels }, row) => out.has(row) ? [] : labels));
  const missing = held.filter((row) => examples[row].labels.some((label) => !present.has(label)));
  const back = new Set(missing.map((row) => textKey(examples[row]))); // with their copies
  return held.filter((row) => !back.has(textKey(examples[row])));
}

import { foldIn, keyFromSeed, permutation } from "@taxon/tensor";

const FOLDS = 5;
/** From so many rows on one split says enough, and folds would cost too much. */
const MANY_ROWS = 1000;

/**
 * The fold of each row, classes dealt evenly: of many rows one in five is in fold 0, and the others, −1, in none.
 *
 * @param classes What rows are told apart by, [rows]: class ids, or any number for all.
 */
export function stratifiedFolds(classes: ArrayLike<number>, seed: number): Int32Array {
  const rows = classes.length;
  const order = permutation(foldIn(keyFromSeed(seed), "linear baseline folds"), rows);
  const dealt = order.toSorted((a, b) => classes[a] - classes[b]); // stable: shuffled within a class
  const folds = new Int32Array(rows);
  dealt.forEach((row, i) => folds[row] = i % FOLDS);
  return rows < MANY_ROWS ? folds : folds.map((fold) => fold === 0 ? 0 : -1);
}

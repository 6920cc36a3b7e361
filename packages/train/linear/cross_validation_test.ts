import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { keyFromSeed, normals } from "@taxon/tensor";
import { crossValidateLinearModel, fitLinearModel, linearLogits, type LinearProblem } from "./mod.ts";

const [rows, columns, outputs] = [60, 5, 3];
const values = normals(keyFromSeed(1), rows * columns);
const noise = normals(keyFromSeed(2), rows);
const ids = Array.from({ length: rows }, (_, row): number => {
  const score = values[row * columns] + values[row * columns + 1] + 0.7 * noise[row];
  return score < -0.5 ? 0 : score < 0.5 ? 1 : 2;
});
const y = Float32Array.from(
  { length: rows * outputs },
  (_, i) => Number(ids[Math.floor(i / outputs)] === i % outputs),
);
const x = { rows, columns, values };
const problem: LinearProblem = { x, y, outputs, link: "softmax" };
const folds = Uint8Array.from(ids, (_, row) => row % 3);
const options = { tolerance: 1e-9 };

/** Logits of rows by a fit on the rows of other folds alone, and their log loss. */
function byHand(division: Uint8Array, c: number): { logits: Float32Array; loss: number } {
  const logits = new Float32Array(rows * outputs);
  for (const fold of new Set(division)) {
    const kept = ids.flatMap((_, row) => division[row] === fold ? [] : [row]);
    const model = fitLinearModel(
      {
        x: {
          rows: kept.length,
          columns,
          values: Float32Array.from(
            kept.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]),
          ),
        },
        y: Float32Array.from(kept.flatMap((row) => [...y.subarray(row * outputs, (row + 1) * outputs)])),
        outputs,
        link: "softmax",
      },
      c,
      options,
    );
    linearLogits(x, model).forEach((z, i) => {
      if (division[Math.floor(i / outputs)] === fold) logits[i] = z;
    });
  }
  const loss = ids.reduce((sum, id, row) => {
    const z = logits.subarray(row * outputs, (row + 1) * outputs);
    return sum + Math.log(z.reduce((sum, z) => sum + Math.exp(z), 0)) - z[id];
  }, 0) / rows;
  return { logits, loss };
}

Deno.test("crossValidateLinearModel() scores each row by a fit of the other folds, and chooses by their log loss", () => {
  const strengths = [100, 0.001, 1, 10, 0.1];
  const { c, logits, losses } = crossValidateLinearModel(problem, [folds], strengths, options);
  for (const { c, loss } of losses) assertAlmostEquals(loss, byHand(folds, c).loss, 1e-5);
  const best = strengths.toSorted((a, b) => byHand(folds, a).loss - byHand(folds, b).loss)[0];
  assertEquals(c, best);
  byHand(folds, best).logits.forEach((z, i) => assertAlmostEquals(logits[i], z, 1e-4));
  assert(
    losses.length < strengths.length || losses.at(-1)!.c === best,
    "weaker ones were tried after the loss rose",
  );
});

Deno.test("crossValidateLinearModel() takes the mean of the logits over repeats", () => {
  const other = folds.map((_, row) => Math.floor(row / 20));
  const both = crossValidateLinearModel(problem, [folds, other], [1], options).logits;
  const [a, b] = [folds, other].map((division) => byHand(division, 1).logits);
  both.forEach((z, i) => assertAlmostEquals(z, (a[i] + b[i]) / 2, 1e-4));
});

Deno.test("crossValidateLinearModel() holds one split out where the others are in no fold", () => {
  const split = Int32Array.from(folds, (fold) => fold === 0 ? 0 : -1);
  const { logits } = crossValidateLinearModel(problem, [split], [1], options);
  const expected = byHand(folds, 1).logits;
  logits.forEach((z, i) => {
    if (folds[Math.floor(i / outputs)] === 0) assertAlmostEquals(z, expected[i], 1e-4);
    else assert(Number.isNaN(z), `row ${Math.floor(i / outputs)} was never held out`);
  });
});

Deno.test("crossValidateLinearModel() prefers the stronger of equal penalties, and a strong one where nothing is learnt", () => {
  const constant = { ...problem, x: { ...x, values: values.map(() => 1) } };
  assertEquals(crossValidateLinearModel(constant, [folds], [4, 1, 16]).c, 1);
  const shuffled = { ...problem, x: { ...x, values: normals(keyFromSeed(9), values.length) } };
  assertLess(crossValidateLinearModel(shuffled, [folds], [0.001, 1, 100]).c, 1);
});

Deno.test("crossValidateLinearModel() makes the features of each fit from the rows that it sees", () => {
  const seen: number[] = [];
  const problemOf = (mask: Uint8Array) => {
    seen.push(mask.reduce((sum, one) => sum + one, 0));
    return problem;
  };
  const made = crossValidateLinearModel(problemOf, [folds], [1], options);
  assertEquals(seen, [40, 40, 40]);
  assertEquals(made, crossValidateLinearModel(problem, [folds], [1], options));
});

Deno.test("crossValidateLinearModel() refuses divisions that hold nothing out", () => {
  const refuses = (division: number[], message: string) =>
    assertThrows(() => crossValidateLinearModel(problem, [division], [1]), RangeError, message);
  refuses(ids.map(() => 0), "60 rows in folds 0: hold some out, never all");
  refuses(ids.map(() => -1), "60 rows in folds below 0");
  refuses([0, 1], "60 rows into folds by 2 numbers");
  assertThrows(() => crossValidateLinearModel(problem, [], [1]), RangeError, "1 strengths on 0 divisions");
});

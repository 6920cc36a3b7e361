import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ProblemType } from "@taxon/decision";
import type { Example } from "./example.ts";
import { type Fold, foldNumbers, stratifiedFolds } from "./folds.ts";

const single: ProblemType = "single_label_classification";
const example = (text: string, labels: string[], target?: number): Example => {
  return { text, labels, row: 1, file: "train.csv", ...(target !== undefined && { target }) };
};
const rowsOf = (counts: Record<string, number>) =>
  Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => example(`${label} ${i}`, [label]))
  );
const heldOut = (folds: readonly Fold[]) => folds.flatMap(({ heldOut }) => [...heldOut]);
const count = (examples: readonly Example[], rows: Int32Array, label: string) =>
  rows.reduce((sum, row) => sum + Number(examples[row].labels.includes(label)), 0);

Deno.test("stratifiedFolds() holds out every row once, with the same mix of labels", () => {
  const examples = rowsOf({ a: 50, b: 25, c: 10 });
  const folds = stratifiedFolds(examples, { problemType: single, seed: 1 });
  assertEquals(heldOut(folds).sort((a, b) => a - b), examples.map((_, row) => row));
  for (const { train, heldOut } of folds) {
    assertEquals(["a", "b", "c"].map((label) => count(examples, heldOut, label)), [10, 5, 2]);
    assertEquals([...train, ...heldOut].sort((a, b) => a - b), examples.map((_, row) => row));
  }
});

Deno.test("stratifiedFolds() never holds out a label as a whole, and a label of one text never", () => {
  const examples = rowsOf({ lone: 1, pair: 2, four: 4, many: 20 });
  for (let seed = 0; seed < 20; seed++) {
    const folds = stratifiedFolds(examples, { problemType: single, seed });
    for (const { train } of folds) {
      for (const label of ["lone", "pair", "four", "many"]) assert(count(examples, train, label) > 0);
    }
    assertEquals(heldOut(folds).sort((a, b) => a - b), examples.map((_, row) => row).slice(1));
  }
});

Deno.test("stratifiedFolds() keeps copies of a text together, whatever their labels", () => {
  const examples = Array.from(
    { length: 40 },
    (_, i) => example(i % 2 ? ` Text  ${i >> 1}` : `text ${i >> 1}`, [i % 3 ? "a" : "b"]),
  );
  for (const { train, heldOut } of stratifiedFolds(examples, { problemType: single, seed: 3 })) {
    const trained = new Set(Array.from(train, (row) => row >> 1));
    assertEquals(heldOut.filter((row) => trained.has(row >> 1)).length, 0);
  }
});

Deno.test("stratifiedFolds() spreads the rarest labels of multi-label rows, and bands of numbers", () => {
  const tagged = Array.from({ length: 30 }, (_, i) => example(`text ${i}`, i < 5 ? ["x", "rare"] : ["x"]));
  const folds = stratifiedFolds(tagged, { problemType: "multi_label_classification", seed: 1 });
  assertEquals(folds.map(({ heldOut }) => count(tagged, heldOut, "rare")), [1, 1, 1, 1, 1]);
  const numbers = Array.from({ length: 50 }, (_, i) => example(`text ${i}`, [], i));
  for (const { heldOut } of stratifiedFolds(numbers, { problemType: "regression", seed: 1 })) {
    assertEquals(heldOut.filter((row) => row < 25).length, 5);
  }
});

Deno.test("stratifiedFolds() depends on the seed and on nothing else", () => {
  const examples = rowsOf({ a: 20, b: 20 });
  const picked = (seed: number) => heldOut(stratifiedFolds(examples, { problemType: single, seed })).join();
  assertEquals(picked(7), picked(7));
  assertEquals(new Set([1, 2, 3, 4].map(picked)).size, 4);
});

Deno.test("stratifiedFolds() makes fewer folds of few texts, and none where none can be held out", () => {
  assertEquals(stratifiedFolds(rowsOf({ a: 2, b: 1 }), { problemType: single, seed: 1 }).length, 2);
  assertEquals(stratifiedFolds(rowsOf({ a: 1, b: 1 }), { problemType: single, seed: 1 }), []);
  assertThrows(() => stratifiedFolds([], { problemType: single, seed: 1, folds: 1 }), RangeError, "1 folds");
});

Deno.test("foldNumbers() says which fold holds out a row", () => {
  const folds = [{ train: Int32Array.of(0, 3), heldOut: Int32Array.of(1) }, {
    train: Int32Array.of(1, 3),
    heldOut: Int32Array.of(0),
  }];
  assertEquals(foldNumbers(folds, 4), Int32Array.of(1, 0, -1, -1));
});

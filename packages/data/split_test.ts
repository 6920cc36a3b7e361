import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import type { Example, ProblemType } from "./example.ts";
import { stratifiedSplit } from "./split.ts";

const example = (text: string, labels: string[], row: number, target?: number): Example => ({
  text,
  labels,
  row,
  file: "train.csv",
  ...(target !== undefined && { target }),
});
const single = (...counts: [string, number][]) =>
  counts.flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => example(`${label} ${i}`, [label], i))
  );
const count = (examples: readonly Example[], label: string) =>
  examples.filter(({ labels }) => labels.includes(label)).length;
const split = (
  examples: Example[],
  fraction = 0.2,
  seed = 1,
  problemType: ProblemType = "single_label_classification",
) => stratifiedSplit(examples, { problemType, fraction, seed });

Deno.test("stratifiedSplit() holds out the same share of every class and loses no row", () => {
  const examples = single(["a", 100], ["b", 50], ["c", 10]);
  const { train, heldOut } = split(examples);
  assertEquals(["a", "b", "c"].map((label) => count(heldOut, label)), [20, 10, 2]);
  assertEquals(new Set([...train, ...heldOut]), new Set(examples));
  assertEquals(train.length + heldOut.length, examples.length);
});

Deno.test("stratifiedSplit() leaves every class in train and holds out one of a pair", () => {
  const { train, heldOut } = split(single(["a", 30], ["pair", 2], ["lone", 1]), 0.1);
  assertEquals([count(train, "pair"), count(heldOut, "pair")], [1, 1]);
  assertEquals([count(train, "lone"), count(heldOut, "lone")], [1, 0]);
});

Deno.test("stratifiedSplit() depends on the seed and on nothing else", () => {
  const examples = single(["a", 100], ["b", 50]);
  assertEquals(split(examples, 0.2, 7), split(examples, 0.2, 7));
  const picked = (seed: number) => split(examples, 0.2, seed).heldOut.map(({ text }) => text).join();
  assertEquals(new Set([1, 2, 3, 2 ** 32, 2 ** 32 + 1].map(picked)).size, 5);
});

Deno.test("stratifiedSplit() keeps copies of a text on one side", () => {
  const copies = Array.from(
    { length: 40 },
    (_, i) => example(i % 2 ? ` Text  ${i >> 1}` : `text ${i >> 1}`, ["a"], i),
  );
  const { train, heldOut } = split([...copies, ...single(["b", 20])]);
  const key = ({ text }: Example) => text.trim().toLowerCase().replace(/\s+/g, " ");
  const seen = new Set(train.map(key));
  assertEquals(heldOut.filter((row) => seen.has(key(row))), []);
});

Deno.test("stratifiedSplit() gives a class back that occurs only beside a copy of another class", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { train } = split(
      [...single(["a", 10]), example("same", ["a"], 11), example("SAME", ["b"], 12)],
      0.5,
      seed,
    );
    assert(count(train, "b") === 1, `seed ${seed}`);
  }
});

Deno.test("stratifiedSplit() stratifies several labels by the rarest and keeps each in train", () => {
  const examples = Array.from(
    { length: 200 },
    (_, i) => example(`text ${i}`, i % 10 ? ["common"] : ["common", "rare"], i),
  );
  examples.push(example("none", [], 201), example("once", ["once", "common"], 202));
  const { train, heldOut } = split(examples, 0.2, 3, "multi_label_classification");
  assertEquals(count(heldOut, "rare"), 4);
  assertEquals(count(train, "once"), 1);
});

Deno.test("stratifiedSplit() holds out low, middle and high targets in regression", () => {
  const examples = Array.from({ length: 100 }, (_, i) => example(`text ${i}`, [], i, i));
  const { heldOut } = split(examples, 0.2, 5, "regression");
  for (let band = 0; band < 10; band++) {
    assertEquals(heldOut.filter(({ target }) => Math.floor(target! / 10) === band).length, 2);
  }
});

Deno.test("stratifiedSplit() refuses a share or a size that leaves one part empty", () => {
  assertThrows(() => split(single(["a", 10]), 1), RangeError, "Cannot hold out a share of 1");
  assertThrows(() => split(single(["a", 1], ["b", 1])), RangeError, "one part would be empty");
  assertGreater(split(single(["a", 2], ["b", 1])).heldOut.length, 0);
});

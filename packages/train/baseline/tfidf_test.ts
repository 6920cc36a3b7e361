import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { NgramCounts } from "@taxon/decision";
import { countNgrams } from "@taxon/text";
import { fitTfidf } from "./tfidf.ts";

const texts = ["to be or not to be", "or else"];

function sortedRow(counts: readonly NgramCounts[], row: number, fitted = fitTfidf(counts)): number[] {
  const { offsets, values } = fitted.transform(counts);
  return [...values.subarray(offsets[row], offsets[row + 1])].sort((a, b) => a - b);
}

function assertRow(actual: number[], expected: number[]): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
}

// Expected values: TfidfVectorizer(sublinear_tf=True) of scikit-learn 1.9.1 on the same two texts.

Deno.test("fitTfidf() weights words as scikit-learn does", () => {
  const single = texts.map((text) => ({
    words: new Map(
      text.split(" ").map((word, _, all) => [
        word.charCodeAt(0) * 256 + word.charCodeAt(1),
        all.filter((w) => w === word).length,
      ]),
    ),
    characters: new Map<number, number>(),
  }));
  assertRow(sortedRow(single, 0), [0.26443473, 0.37165378, 0.62926455, 0.62926455]);
  assertRow(sortedRow(single, 1), [0.57973867, 0.81480247]);
});

Deno.test("fitTfidf() weights characters as scikit-learn's char_wb does and ignores unseen ones", () => {
  const characters = (text: string): NgramCounts => ({
    words: new Map(),
    characters: countNgrams(text).characters,
  });
  const fitted = fitTfidf(texts.map(characters));
  assertRow(sortedRow(texts.map(characters), 1), [...Array(7).fill(0.17493), ...Array(13).fill(0.245858)]);
  assertRow(sortedRow([characters("be or xyz")], 0, fitted), [
    ...Array(7).fill(0.24342),
    ...Array(5).fill(0.342119),
  ]);
});

Deno.test("fitTfidf() scales words and characters to length 1 each and leaves a row of unseen n-grams empty", () => {
  const fitted = fitTfidf(texts.map((text) => countNgrams(text)));
  const { values, offsets } = fitted.transform([...texts, "∅"].map((text) => countNgrams(text)));
  for (const row of [0, 1]) {
    const squares = values.subarray(offsets[row], offsets[row + 1]).reduce(
      (sum, value) => sum + value * value,
      0,
    );
    assertAlmostEquals(squares, 2, 1e-5);
  }
  assertEquals(offsets[3], offsets[2]);
});

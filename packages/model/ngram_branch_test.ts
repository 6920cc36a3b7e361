import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import type { NgramCounts } from "@taxon/decision";
import { assign, type Tensor, tensor, useBackend } from "@taxon/tensor";
import {
  EncoderClassifier,
  encoderConfig,
  loadClassifier,
  ngramKey,
  predictLogits,
  saveClassifier,
} from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const sizes = { vocabSize: 20, modelSize: 8, layers: 1, heads: 2, headDim: 4, labels: ["no", "yes"] };
const buckets = [2, 7, ngramKey("characters", 2), ngramKey("characters", 5)];
const idf = [1.5, 2, 3, 1.25];
const weight = [[0.5, -1], [2, 1], [-1.5, 0.25], [0.75, 3]];
const bias = [0.1, -0.2];

/** The same encoder with and without a branch of four known n-grams. */
function models(): { wide: EncoderClassifier; narrow: EncoderClassifier } {
  const narrow = new EncoderClassifier(encoderConfig(sizes)).initialize(9);
  const wide = new EncoderClassifier(encoderConfig({ ...sizes, ngramRows: 4 })).initialize(9);
  const fill = (parameter: Tensor, values: number[]) => {
    using source = tensor(Float32Array.from(values), parameter.shape);
    assign(parameter, source);
  };
  const branch = wide.ngrams!;
  fill(branch.buckets, buckets);
  fill(branch.idf, idf);
  fill(branch.weight, weight.flat());
  fill(branch.bias, bias);
  branch.setBuckets(buckets);
  return { wide, narrow };
}

const text = (words: [number, number][], characters: [number, number][]) => ({
  ids: [1, 5, 2],
  ngrams: { words: new Map(words), characters: new Map(characters) },
});
// 7 occurs three times; 9 and 4 have no row
const texts = [text([[2, 1], [7, 3], [9, 5]], [[5, 2], [4, 1]]), text([], [[2, 1]]), text([], [])];

/** The formula in float64: sublinear TF-IDF, each block scaled to length 1, times the weights. */
function expected({ words, characters }: NgramCounts): number[] {
  const logits = [...bias];
  for (const [block, counts] of [["words", words], ["characters", characters]] as const) {
    const known = [...counts].flatMap(([bucket, count]) => {
      const row = buckets.indexOf(ngramKey(block, bucket));
      return row < 0 ? [] : [{ row, value: idf[row] * (1 + Math.log(count)) }];
    });
    const length = Math.hypot(...known.map(({ value }) => value));
    for (const { row, value } of known) {
      logits.forEach((_, label) => logits[label] += weight[row][label] * value / length);
    }
  }
  return logits;
}

Deno.test("the n-gram branch adds the logits of a linear model on TF-IDF to those of the encoder", async () => {
  const { wide, narrow } = models();
  using _wide = wide, _narrow = narrow;
  const [both, deep] = [await predictLogits(wide, texts), await predictLogits(narrow, texts)];
  texts.flatMap(({ ngrams }) => expected(ngrams)).forEach((logit, i) => {
    assertAlmostEquals(both[i] - deep[i], logit, 1e-5);
  });
});

Deno.test("a text gets the same bits from the n-gram branch alone and among others", async () => {
  const { wide, narrow } = models();
  using _wide = wide, _narrow = narrow;
  const together = await predictLogits(wide, texts);
  const alone = await Promise.all(texts.map((text) => predictLogits(wide, [text])));
  assertEquals([...together], alone.flatMap((logits) => [...logits]));
});

Deno.test("a saved model with an n-gram branch loads with the same config and gives the same bits", async () => {
  const { wide, narrow } = models();
  using _wide = wide, _narrow = narrow;
  using loaded = loadClassifier(await saveClassifier(wide));
  assertEquals(loaded.config, wide.config);
  assertEquals(await predictLogits(loaded, texts), await predictLogits(wide, texts));
});

Deno.test("a text without n-grams is refused by a model that reads them, and taken by one that does not", async () => {
  const { wide, narrow } = models();
  using _wide = wide, _narrow = narrow;
  const ids = [1, 5, 2];
  await assertRejects(() => predictLogits(wide, [texts[0], { ids }]), TypeError, "Cannot classify text 1");
  assertEquals((await predictLogits(narrow, [{ ids }])).length, 2);
});

for (const broken of [[2, 2], [7, 2], [0.5, 1], [-1, 1], [1, 2 ** 21], [1, NaN]]) {
  Deno.test(`a table of n-grams with the buckets ${broken} is refused`, () => {
    using model = new EncoderClassifier(encoderConfig({ ...sizes, ngramRows: 2 }));
    assertThrows(() => model.ngrams!.setBuckets(broken), RangeError, "Cannot load ngrams.buckets");
  });
}

Deno.test("encoderConfig() refuses n-grams for regression", () => {
  const regression = { problemType: "regression", labels: ["score"], ngramRows: 4 } as const;
  assertThrows(() => encoderConfig(regression), RangeError, "ngramRows");
});

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import type { NgramCounts } from "@taxon/decision";
import { type EncoderClassifier, ngramKey, predictLogits } from "@taxon/model";
import { assign, keyFromSeed, normals, tensor, useBackend } from "@taxon/tensor";
import { ngramGradients, ngramOcclusion, type PlacedNgram } from "./ngram_importance.ts";
import { testModel, testText } from "./test_model.ts";

/** A model whose n-gram branch has random weights. */
function wideModel(): EncoderClassifier {
  const model = testModel({ ngramRows: 3 });
  const buckets = [3, 5, ngramKey("characters", 3)]; // the last n-gram has no row
  model.ngrams!.setBuckets(buckets);
  for (const [name, parameter] of Object.entries({ idf: model.ngrams!.idf, weight: model.ngrams!.weight })) {
    const values = normals(keyFromSeed(name.length), parameter.shape[0] * parameter.shape[1]);
    using source = tensor(name === "idf" ? values.map(Math.abs) : values, parameter.shape);
    assign(parameter, source);
  }
  return model;
}

/** Bucket 3 of words stands twice, bucket 3 of characters is another n-gram. */
const ngrams: PlacedNgram[] = [
  { block: "words", bucket: 3, tokens: [1] },
  { block: "words", bucket: 3, tokens: [3] },
  { block: "words", bucket: 5, tokens: [1, 2] },
  { block: "characters", bucket: 3, tokens: [2] },
  { block: "characters", bucket: 1, tokens: [2, 3] },
];

const counts = (of: readonly PlacedNgram[]): NgramCounts => {
  const block = (name: string) => {
    const buckets = of.filter(({ block }) => block === name).map(({ bucket }) => bucket);
    return new Map(buckets.map((bucket) => [bucket, buckets.filter((b) => b === bucket).length]));
  };
  return { words: block("words"), characters: block("characters") };
};

async function logit(model: EncoderClassifier, of: readonly PlacedNgram[], label: number): Promise<number> {
  return (await predictLogits(model, [{ ...testText(3), ngrams: counts(of) }]))[label];
}

Deno.test("ngramGradients() sum to the change of the logit from a text without n-grams", async () => {
  using _backend = useBackend(await createCpuBackend());
  using model = wideModel();
  for (const label of [0, 2]) {
    const values = await ngramGradients(model, ngrams, { label, tokens: 5 });
    const change = await logit(model, ngrams, label) - await logit(model, [], label);
    assertAlmostEquals(values.reduce((a, b) => a + b), change, 1e-5);
    assertEquals([values[0], values[4]], [0, 0]);
    assert(Math.abs(change) > 0.1);
  }
});

Deno.test("ngramOcclusion() is the drop of the logit without the n-grams that touch a token", async () => {
  using _backend = useBackend(await createCpuBackend());
  using model = wideModel();
  const drops = await ngramOcclusion(model, ngrams, { label: 1, tokens: 5 });
  for (const token of [0, 1, 2, 3, 4]) {
    const left = ngrams.filter(({ tokens }) => !tokens.includes(token));
    const drop = await logit(model, ngrams, 1) - await logit(model, left, 1);
    assertAlmostEquals(drops[token], drop, 1e-5);
  }
});

Deno.test("a model without an n-gram branch has no importance of n-grams", async () => {
  using _backend = useBackend(await createCpuBackend());
  using model = testModel();
  for (const importance of [ngramGradients, ngramOcclusion]) {
    assertEquals(await importance(model, ngrams, { label: 0, tokens: 2 }), new Float64Array(2));
  }
});

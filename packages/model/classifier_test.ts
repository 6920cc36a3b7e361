import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { type Key, keyFromSeed, scope, useBackend } from "@taxon/tensor";
import {
  type EncodedText,
  EncoderClassifier,
  type EncoderClassifierConfig,
  encoderConfig,
  EncoderModel,
  packBatch,
  predictLogits,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend());
Deno.test.afterAll(() => backend[Symbol.dispose]());

const VOCABULARY = 60;
const labels = ["a", "b", "c"];
const small = {
  vocabSize: VOCABULARY,
  maxTokens: 40,
  modelSize: 16,
  layers: 2,
  heads: 2,
  headDim: 6,
  labels,
};

/** Texts of 1 … 40 tokens with fixed pseudo-random ids. */
const texts: EncodedText[] = [1, 40, 3, 7, 2, 25, 8, 16, 33, 5].map((length, t) => ({
  ids: Array.from({ length }, (_, i) => (t * 131 + i * i * 17 + i * 7) % VOCABULARY),
  typeIds: Array.from({ length }, (_, i) => i * 2 >= length ? 1 : 0),
}));

const forms: Partial<EncoderClassifierConfig>[] = [
  { positions: "sinusoidal", pooling: "mean" },
  { positions: "rotary", pooling: "cls", norm: "post", normAffine: true, finalNorm: "none" },
  { positions: "learned", pooling: "mean", typeVocabSize: 2, activation: "gelu" },
  { positions: "learned", positionOffset: 2, embeddingNorm: true, norm: "post", headActivation: "tanh" },
  {
    positions: "rotary",
    rotaryPairs: "half",
    localAttention: { window: 2, globalEvery: 2, rotaryTheta: 100 },
    embeddingNorm: true,
    gated: true,
    bias: false,
    normalizePooled: true,
    headActivation: "gelu",
    headNorm: true,
  },
];

for (const form of forms) {
  Deno.test(`a text scores the same bits alone and in any batch: ${JSON.stringify(form)}`, async () => {
    using model = new EncoderClassifier(encoderConfig({ ...small, ...form })).initialize(3);
    const together = await predictLogits(model, texts);
    const size = labels.length;
    for (const [i, text] of texts.entries()) {
      assertEquals(await predictLogits(model, [text]), together.slice(i * size, (i + 1) * size), `text ${i}`);
    }
    const backwards = await predictLogits(model, texts.toReversed(), { maxBatchTokens: 50 });
    const rows = texts.map((_, i) => [...together.slice(i * size, (i + 1) * size)]);
    assertEquals([...backwards], rows.toReversed().flat());
  });
}

Deno.test("a classifier is an encoder, whose parameters keep their names, with a head", async () => {
  using model = new EncoderClassifier(encoderConfig({ ...small, finalNorm: "affine" })).initialize(3);
  using encoder = new EncoderModel(model.config).initialize(3);
  const [ofModel, ofEncoder] = [[...(await model.stateDict())], [...(await encoder.stateDict())]];
  assertEquals(ofModel.slice(0, ofEncoder.length), ofEncoder);
  assertEquals(ofModel.slice(ofEncoder.length).map(([name]) => name), ["head.weight", "head.bias"]);
  using own = scope(() => model.forward(packBatch(texts)).hidden);
  using alone = scope(() => encoder.forward(packBatch(texts)));
  assertEquals(await own.data(), await alone.data());
});

Deno.test("a dropout mask follows the example's place in the logical batch, not its place in the computed one", async () => {
  using model = new EncoderClassifier(encoderConfig({ ...small, dropout: 0.3 })).initialize(3);
  const dropoutKey: Key = keyFromSeed(8);
  const logits = async (some: number[]) => {
    const batch = packBatch(some.map((i) => texts[i]), some);
    using result = scope(() => model.forward(batch, { dropoutKey }).logits);
    return [...await result.data()];
  };
  const whole = await logits([0, 1, 2, 3]);
  assertEquals([...await logits([0, 1]), ...await logits([2, 3])], whole);
  using plain = scope(() => model.forward(packBatch(texts.slice(0, 4))).logits);
  assert([...await plain.data()].every((value, i) => value !== whole[i]));
});

Deno.test("ids outside the vocabulary, texts that are too long and texts without tokens are refused", () => {
  using model = new EncoderClassifier(encoderConfig({ ...small, typeVocabSize: 2 })).initialize(1);
  const forward = (text: EncodedText) => () => scope(() => void model.forward(packBatch([text])));
  assertThrows(
    forward({ ids: [1, 60] }),
    RangeError,
    "Cannot use token id 60 at position 1: valid are 0 … 59",
  );
  assertThrows(forward({ ids: [-1] }), RangeError, "Cannot use token id -1");
  assertThrows(
    forward({ ids: [1], typeIds: [2] }),
    RangeError,
    "Cannot use type id 2 at position 0: valid are 0 … 1",
  );
  assertThrows(
    forward({ ids: new Array(41).fill(1) }),
    RangeError,
    "Cannot classify text 0 of 41 tokens: the model takes at most 40",
  );
  assertThrows(
    () => packBatch([{ ids: [1] }, { ids: [] }]),
    RangeError,
    "Cannot pack text 1: it has no token",
  );
});

Deno.test("prediction leaves no tensor behind, and a disposed model none at all", async () => {
  const before = backend.memory().buffers;
  const model = new EncoderClassifier(encoderConfig(small)).initialize(1);
  await predictLogits(model, texts);
  const live = backend.memory().buffers; // the parameters and the table of positions
  await predictLogits(model, texts);
  assertEquals(backend.memory().buffers, live);
  model[Symbol.dispose]();
  assertEquals(backend.memory().buffers, before);
});

Deno.test("local layers see only the neighbourhood of a token, the others all", async () => {
  const localAttention = { window: 2, globalEvery: 2, rotaryTheta: 100 };
  const config = encoderConfig({ ...small, layers: 4, positions: "rotary", localAttention });
  using model = new EncoderClassifier(config).initialize(1);
  const farthest: number[] = [];
  using _logits = scope(() =>
    model.forward(packBatch([texts[0], texts[2], texts[1]]), {
      onAttention: ([, , weights]) => {
        const [, tokens] = weights.shape;
        const distances = [...weights.dataSync()].map((weight, i) =>
          weight === 0 ? 0 : Math.abs(Math.floor(i / tokens) % tokens - i % tokens)
        );
        farthest.push(Math.max(...distances));
      },
    }).logits
  );
  assertEquals(farthest, [39, 2, 39, 2]);
  await backend.flush();
});

Deno.test("dropout of the head follows the example's place, and a pooled vector of length 1 stays so", async () => {
  const config = encoderConfig({ ...small, dropout: 0, headDropout: 0.5, normalizePooled: true });
  using model = new EncoderClassifier(config).initialize(3);
  const logits = async (some: number[], dropoutKey?: Key) => {
    using result = scope(() =>
      model.forward(packBatch(some.map((i) => texts[i]), some), { dropoutKey }).logits
    );
    return [...await result.data()];
  };
  const key = keyFromSeed(8);
  const whole = await logits([0, 1, 2], key);
  assertEquals([...await logits([0], key), ...await logits([1, 2], key)], whole);
  assert((await logits([0, 1, 2])).some((value, i) => value !== whole[i]));
  using pooled = scope(() => model.forward(packBatch(texts)).pooled);
  const values = await pooled.data();
  for (let row = 0; row < values.length; row += small.modelSize) {
    const squares = values.subarray(row, row + small.modelSize).reduce((total, x) => total + x * x, 0);
    assert(Math.abs(squares - 1) < 1e-5);
  }
});

Deno.test("every layer reports its attention weights, each row of which sums to 1", async () => {
  using model = new EncoderClassifier(encoderConfig(small)).initialize(1);
  const some = texts.slice(1, 4);
  const reported: { shape: readonly number[]; values: Float32Array }[] = [];
  using _logits = scope(() =>
    model.forward(packBatch(some), {
      onAttention: (weights) => {
        for (const one of weights) reported.push({ shape: one.shape, values: one.dataSync() });
      },
    }).logits
  );
  const expected = some.map(({ ids }) => [small.heads, ids.length, ids.length]);
  assertEquals(reported.map(({ shape }) => [...shape]), [...expected, ...expected]);
  for (const { shape, values } of reported) {
    for (let row = 0; row < values.length; row += shape[2]) {
      const total = values.subarray(row, row + shape[2]).reduce((a, b) => a + b, 0);
      assert(Math.abs(total - 1) < 1e-5);
    }
  }
  await backend.flush();
});

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { valueAndGrad } from "@taxon/autograd";
import { createCpuBackend } from "@taxon/backend-cpu";
import { assign, scope, tensor, useBackend } from "@taxon/tensor";
import { encoderConfig, EncoderModel, MaskedLanguageModel, packBatch } from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));
const [vocabSize, modelSize] = [12, 8];
const make = () => {
  const config = encoderConfig({ vocabSize, modelSize, heads: 2, headDim: 4, feedForwardSize: 8, layers: 1 });
  return new MaskedLanguageModel(new EncoderModel(config)).initialize(5);
};
const texts = [
  { ids: [2, 4, 6, 3], places: [1], answers: [7] },
  { ids: [2, 5, 4, 4, 8, 3], places: [3, 2], answers: [9, 5] },
];

Deno.test("a masked language model scores the tokens by their own embeddings, in float64", async () => {
  using mlm = make();
  {
    using values = tensor(Float32Array.from({ length: vocabSize }, (_, i) => i / 10));
    assign(mlm.bias, values);
  }
  using hidden = scope(() => mlm.base.forward(packBatch(texts)));
  using logits = scope(() => mlm.forward(texts));
  using loss = scope(() => mlm.loss(texts));
  assertEquals(logits.shape, [3, vocabSize]);
  const [h, w, b, table, bias, got] = await Promise.all(
    [hidden, mlm.dense.weight, mlm.dense.bias!, mlm.base.embedding.weight, mlm.bias, logits].map((x) =>
      x.data()
    ),
  );
  let total = 0;
  [1, 4 + 3, 4 + 2].forEach((row, at) => {
    const dense = Array.from({ length: modelSize }, (_, o) => {
      let sum = b[o];
      for (let i = 0; i < modelSize; i++) sum += w[o * modelSize + i] * h[row * modelSize + i];
      return 0.5 * sum * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (sum + 0.044715 * sum ** 3)));
    });
    const mean = dense.reduce((a, x) => a + x) / modelSize;
    const deviation = Math.sqrt(dense.reduce((a, x) => a + (x - mean) ** 2, 0) / modelSize + 1e-6);
    const scores = Array.from(
      { length: vocabSize },
      (_, id) =>
        dense.reduce((sum, x, i) => sum + (x - mean) / deviation * table[id * modelSize + i], bias[id]),
    );
    scores.forEach((score, id) => assertAlmostEquals(got[at * vocabSize + id], score, 1e-4));
    total += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[[7, 9, 5][at]];
  });
  assertAlmostEquals((await loss.data())[0], total, 1e-4);
});

Deno.test("every parameter is trained by hidden tokens", async () => {
  const { buffers } = backend.memory();
  {
    using mlm = make();
    const parameters = mlm.namedParameters();
    const { value, grads } = valueAndGrad([...parameters.values()], () => mlm.loss(texts));
    for (const [i, name] of [...parameters.keys()].entries()) {
      const gradient = await grads[i]!.data();
      assert(gradient.some((x) => x !== 0) || name.endsWith("key.bias"), name);
      grads[i]!.dispose();
    }
    value.dispose();
  }
  assertEquals(backend.memory().buffers, buffers);
});

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { type EncoderClassifierConfig, predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { integratedGradients } from "./integrated_gradients.ts";
import { masked, testModel, testText } from "./test_model.ts";

const backend = useBackend(await createCpuBackend());
Deno.test.afterAll(() => backend[Symbol.dispose]());

const text = testText(12);
const baseline = masked(text);

Deno.test("integratedGradients() of a linear model are weight times change of the embedding, at any number of steps", async () => {
  using model = testModel({ layers: 0, positions: "none", finalNorm: "none", pooling: "mean" });
  const [table, head] = [await model.base.embedding.weight.data(), await model.head.weight.data()];
  const { modelSize } = model.config;
  const label = 1; // logit = mean over tokens of head[label] · embedding
  for (const maxSteps of [1, 16]) {
    const { values } = await integratedGradients(model, text, { label, baseline, maxSteps });
    values.forEach((value, i) => {
      let expected = 0;
      for (let d = 0; d < modelSize; d++) {
        const change = table[text.ids[i] * modelSize + d] - table[baseline[i] * modelSize + d];
        expected += head[label * modelSize + d] * change / text.ids.length;
      }
      assertAlmostEquals(value, expected, 1e-6);
    });
  }
});

const forms: Partial<EncoderClassifierConfig>[] = [
  { positions: "sinusoidal", pooling: "mean" },
  { positions: "rotary", pooling: "cls", norm: "post", normAffine: true, finalNorm: "none" },
  { positions: "learned", typeVocabSize: 2, activation: "relu", problemType: "multi_label_classification" },
];

for (const form of forms) {
  Deno.test(`integratedGradients() sum to the change of the logit: ${Object.values(form).join(", ")}`, async () => {
    using model = testModel(form);
    for (const label of [0, 2]) {
      const result = await integratedGradients(model, text, { label, baseline });
      const logits = await predictLogits(model, [text, { ...text, ids: baseline }]);
      const change = logits[label] - logits[3 + label];
      const error = Math.abs(result.values.reduce((a, b) => a + b) - change);
      assertAlmostEquals(result.logitChange, change, 1e-6);
      assertAlmostEquals(result.completenessError, error, 1e-6);
      assert(result.complete && error <= Math.max(0.02, 0.05 * Math.abs(change)), `error ${error}`);
      assertEquals([result.values[0], result.values.at(-1)], [0, 0]); // special tokens are as in the baseline
    }
  });
}

Deno.test("integratedGradients() take more steps where few do not suffice, and say when the most do not", async () => {
  using model = testModel({ positions: "none" }); // without positions the norm of a word jumps along the path
  const table = await model.base.embedding.weight.data();
  const scaled = new Map(await model.stateDict());
  const sharp = table.map((value, i) => i < 5 * 16 ? value * 0.002 : value * 4); // [MASK] is nearly zero
  scaled.set("embedding.weight", { shape: [40, 16], data: sharp });
  const head = scaled.get("head.weight")!;
  scaled.set("head.weight", { ...head, data: head.data.map((value) => value * 8) });
  model.loadStateDict(scaled);
  const few = await integratedGradients(model, text, { label: 0, baseline, maxSteps: 2 });
  assertEquals([few.complete, few.steps], [false, 2]);
  const enough = await integratedGradients(model, text, { label: 0, baseline });
  assert(enough.complete && enough.steps > 16, `${enough.steps} steps, error ${enough.completenessError}`);
});

Deno.test("integratedGradients() do not depend on how many points are computed at once, and leave no tensor", async () => {
  using model = testModel();
  const together = await integratedGradients(model, text, { label: 0, baseline });
  const before = backend.memory().buffers;
  const apart = await integratedGradients(model, text, { label: 0, baseline, maxBatchTokens: 1 });
  assertEquals(backend.memory().buffers, before);
  apart.values.forEach((value, i) => assertAlmostEquals(value, together.values[i], 1e-6));
});

Deno.test("a baseline of another length is refused", async () => {
  using model = testModel();
  await assertRejects(
    () => integratedGradients(model, text, { label: 0, baseline: [2, 3] }),
    RangeError,
    "Cannot integrate from a baseline of 2 tokens to a text of 14: give one id a token",
  );
});

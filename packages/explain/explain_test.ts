import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { scores } from "@taxon/decision";
import { predictLogits } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { attentionOf, headEffects, occlusion } from "./mod.ts";
import { MASK, masked, testModel, testText } from "./test_model.ts";

const backend = useBackend(await createCpuBackend());
Deno.test.afterAll(() => backend[Symbol.dispose]());

const text = testText(7);

Deno.test("attentionOf() gives each layer's heads, rows that sum to 1, and keeps no tensor", async () => {
  using model = testModel();
  await predictLogits(model, [text]); // uploads the table of positions
  const before = backend.memory().buffers;
  const layers = await attentionOf(model, text);
  assertEquals(backend.memory().buffers, before);
  assertEquals(layers.map(({ length }) => length), [2 * 9 * 9, 2 * 9 * 9]);
  for (const weights of layers) {
    for (let row = 0; row < weights.length; row += 9) {
      assertAlmostEquals(weights.subarray(row, row + 9).reduce((a, b) => a + b), 1, 1e-5);
    }
  }
});

Deno.test("attentionOf() with query and key weights of zero is even", async () => {
  using model = testModel({ layers: 1 });
  const state = await model.stateDict();
  for (const [name, { data }] of state) if (/\.(query|key)\./.test(name)) data.fill(0);
  model.loadStateDict(state);
  const [weights] = await attentionOf(model, text);
  for (const weight of weights) assertAlmostEquals(weight, 1 / 9, 1e-6);
});

Deno.test("occlusion() is the drop of the logit when the text with [MASK] in that place is classified", async () => {
  using model = testModel();
  const drops = await occlusion(model, text, { label: 2, baseline: masked(text), maxBatchTokens: 30 });
  const logitOf = async (ids: number[]) => (await predictLogits(model, [{ ...text, ids }]))[2];
  const ids = Array.from(text.ids);
  const whole = await logitOf(ids);
  assertEquals([drops[0], drops[8]], [0, 0]);
  for (let i = 1; i < 8; i++) assertEquals(drops[i], whole - await logitOf(ids.with(i, MASK)));
  assert(drops.some((drop) => Math.abs(drop) > 1e-3));
  await assertRejects(
    () => occlusion(model, text, { label: 2, baseline: [MASK] }),
    RangeError,
    "Cannot hide tokens of a text of 9 behind a baseline of 1: give one id a token",
  );
});

for (const problemType of ["single_label_classification", "multi_label_classification"] as const) {
  Deno.test(`headEffects() equal zeroed value rows, one head at a time: ${problemType}`, async () => {
    using model = testModel({ problemType, temperature: 1.5 });
    const effects = await headEffects(model, text, { label: 1, maxBatchTokens: 20 });
    const scoreOf = async (m: typeof model) => scores(await predictLogits(m, [text]), m.config)[1];
    const whole = await scoreOf(model);
    assertEquals(effects.map((heads) => heads.length), [2, 2]);
    for (let layer = 0; layer < 2; layer++) {
      for (let head = 0; head < 2; head++) {
        const state = await model.stateDict();
        for (const part of ["weight", "bias"]) {
          const { data } = state.get(`encoder.layers.${layer}.attention.value.${part}`)!;
          data.fill(0, head * data.length / 2, (head + 1) * data.length / 2);
        }
        using without = testModel({ problemType, temperature: 1.5 });
        without.loadStateDict(state);
        assertAlmostEquals(effects[layer][head], await scoreOf(without) - whole, 1e-7);
        assert(Math.abs(effects[layer][head]) > 1e-5);
      }
    }
  });
}

Deno.test("headEffects() of a model without attention are none", async () => {
  using model = testModel({ layers: 0 });
  assertEquals(await headEffects(model, text, { label: 0 }), []);
});

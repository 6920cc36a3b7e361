import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { valueAndGrad } from "@taxon/autograd";
import { createCpuBackend } from "@taxon/backend-cpu";
import { assign, scope, sum, transpose, useBackend } from "@taxon/tensor";
import {
  addLora,
  EncoderClassifier,
  encoderConfig,
  loadClassifier,
  mergeLora,
  packBatch,
  predictLogits,
  saveClassifier,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend());
Deno.test.afterAll(() => backend[Symbol.dispose]());

const texts = [[2, 5, 3], [2, 7, 8, 9, 3], [2, 4, 4, 3]].map((ids) => ({ ids }));
const config = encoderConfig({ vocabSize: 10, modelSize: 8, heads: 2, headDim: 4, feedForwardSize: 8 });
const lora = { rank: 2, alpha: 8, seed: 5 };

/** A model whose updates were trained: half of them start at zero. */
function trained(): EncoderClassifier {
  const model = new EncoderClassifier(config).initialize(3);
  addLora(model, lora);
  for (const { attention } of model.base.encoder.layers) {
    for (const { lora } of [attention.query, attention.key, attention.value, attention.output]) {
      scope(() => assign(lora!.up, transpose(lora!.down, [1, 0])));
    }
  }
  return model;
}

Deno.test("addLora() changes no result and names its parameters beside the attention projections", async () => {
  using model = new EncoderClassifier(config).initialize(3);
  const [logits, names] = [await predictLogits(model, texts), new Set(model.namedParameters().keys())];
  addLora(model, lora);
  assertEquals(await predictLogits(model, texts), logits);
  const added = [...model.namedParameters().keys()].filter((name) => !names.has(name));
  assertEquals(
    added,
    [0, 1].flatMap((layer) =>
      ["query", "key", "value", "output"].flatMap((part) =>
        ["down", "up"].map((half) => `encoder.layers.${layer}.attention.${part}.lora.${half}`)
      )
    ),
  );
});

Deno.test("mergeLora() and saveClassifier() keep the logits, leave the names as they were, and give memory back", async () => {
  const { buffers } = backend.memory();
  {
    using plain = new EncoderClassifier(config).initialize(3);
    using model = trained();
    const unmerged = await predictLogits(model, texts);
    const moved = await predictLogits(plain, texts);
    assert(unmerged.some((value, i) => Math.abs(value - moved[i]) > 1e-2), "the updates do nothing");
    const saved = await saveClassifier(model);
    assertEquals(await predictLogits(model, texts), unmerged);
    mergeLora(model);
    assertEquals([...model.namedParameters().keys()], [...plain.namedParameters().keys()]);
    (await predictLogits(model, texts)).forEach((value, i) => assertAlmostEquals(value, unmerged[i], 1e-5));
    using loaded = loadClassifier(saved);
    assertEquals(await predictLogits(loaded, texts), await predictLogits(model, texts));
  }
  assertEquals(backend.memory().buffers, buffers);
});

Deno.test("the gradients of merged and of separate updates agree: dDown = scale · upᵀ · dWeight", async () => {
  using model = trained();
  const loss = () => sum(model.forward(packBatch(texts)).logits);
  const { down, up, scale } = model.base.encoder.layers[0].attention.value.lora!;
  const own = valueAndGrad([down], loss);
  const [ups, got] = [await up.data(), await own.grads[0]!.data()];
  const { weight } = model.base.encoder.layers[0].attention.value;
  mergeLora(model);
  const merged = valueAndGrad([weight], loss);
  const dWeight = await merged.grads[0]!.data();
  const [rank, inSize] = [2, 8];
  got.forEach((value, at) => {
    const [r, i] = [Math.floor(at / inSize), at % inSize];
    let expected = 0;
    for (let o = 0; o < 8; o++) expected += scale * ups[o * rank + r] * dWeight[o * inSize + i];
    assertAlmostEquals(value, expected, 1e-4 * Math.max(1, Math.abs(expected)));
  });
  for (const { value, grads } of [own, merged]) for (const each of [value, ...grads]) each?.dispose();
});

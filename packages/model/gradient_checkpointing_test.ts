import { assert, assertEquals } from "@std/assert";
import { valueAndGrad } from "@taxon/autograd";
import { createCpuBackend } from "@taxon/backend-cpu";
import { type Backend, keyFromSeed, mul, sum, useBackend } from "@taxon/tensor";
import { EncoderClassifier, type EncoderClassifierConfig, encoderConfig, packBatch } from "./mod.ts";

const size = { vocabSize: 20, modelSize: 16, heads: 2, headDim: 8, feedForwardSize: 64, layers: 6 };
const forms: Partial<EncoderClassifierConfig>[] = [
  { positions: "sinusoidal", dropout: 0.3 },
  {
    positions: "learned",
    norm: "post",
    normAffine: true,
    embeddingNorm: true,
    activation: "gelu",
    dropout: 0.1,
  },
  {
    positions: "rotary",
    rotaryPairs: "half",
    gated: true,
    bias: false,
    dropout: 0.2,
    localAttention: { window: 2, globalEvery: 2, rotaryTheta: 100 },
  },
];
const texts = [9, 4, 17, 12].map((length, t) => ({
  ids: Array.from({ length }, (_, i) => (t * 7 + i * i * 3 + i) % 20),
}));

/** A backend that notes the most bytes in use after any of its operations. */
function watched(backend: Backend): { backend: Backend; peak: () => number } {
  let most = 0;
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const value = Reflect.get(target, name, target);
        if (name === "fused") return watch(value as object);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const result = value.apply(target, args);
          most = Math.max(most, backend.memory().bytes);
          return result;
        };
      },
    });
  return { backend: watch(backend), peak: () => most };
}

/** Loss and all gradients of a step, and the most bytes it needed besides the parameters. */
async function step(
  config: Partial<EncoderClassifierConfig>,
  gradientCheckpointing: boolean,
  frozen = false,
) {
  const { backend, peak } = watched(await createCpuBackend({ threads: 1 }));
  using _used = useBackend(backend);
  using model = new EncoderClassifier(encoderConfig({ ...size, ...config })).initialize(4);
  const { bytes } = backend.memory();
  const names = [...model.namedParameters()].filter(([name]) =>
    !frozen || name.startsWith("encoder.layers.4")
  );
  const { value, grads } = valueAndGrad(names.map(([, parameter]) => parameter), () => {
    const { logits } = model.forward(packBatch(texts), { dropoutKey: keyFromSeed(8), gradientCheckpointing });
    return sum(mul(logits, logits));
  });
  const data = [await value.data(), ...await Promise.all(grads.map((grad) => grad?.data()))];
  for (const tensor of [value, ...grads]) tensor?.dispose();
  return { data, bytes: peak() - bytes };
}

for (const form of forms) {
  Deno.test(`checkpointed gradients are the same to the bit, with dropout and ${form.positions} positions`, async () => {
    const [kept, again] = [await step(form, false), await step(form, true)];
    assert(
      kept.data.length > 20 && kept.data.every((values) => values?.some((value) => value !== 0) ?? true),
    );
    assertEquals(again.data, kept.data);
    assertEquals((await step(form, true, true)).data, (await step(form, false, true)).data);
  });
}

Deno.test("checkpointed gradients need less than half of the memory in six layers", async () => {
  const [kept, again] = [await step(forms[0], false), await step(forms[0], true)];
  assert(again.bytes < kept.bytes / 2, `${again.bytes} bytes, against ${kept.bytes} without`);
});

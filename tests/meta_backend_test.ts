import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { EncoderClassifier, type EncoderClassifierConfig, packBatch } from "@taxon/model";
import { DeviceError, keyFromSeed, metaBackend, scope, withBackend, zeros } from "@taxon/tensor";
import { randomConfig, randomTexts } from "./support/random_models.ts";

const cpu = await createCpuBackend({ tier: "reference" });
Deno.test.afterAll(() => cpu[Symbol.dispose]());

/** Names and shapes of a model's parameters, and the shapes of what it makes of some texts. */
function shapesOf(config: EncoderClassifierConfig, make: () => EncoderClassifier): [string, string][] {
  using model = make();
  const results = scope(() => {
    return Object.entries(model.forward(packBatch(randomTexts(config)), { dropoutKey: keyFromSeed(1) }));
  });
  const shapes = [...model.namedParameters(), ...results].map(([name, { shape }]): [string, string] => {
    return [name, shape.join()];
  });
  for (const [, tensor] of results) tensor.dispose();
  return shapes;
}

Deno.test("a model on the backend of shapes is like one with weights, on 300 random configurations", () => {
  for (let seed = 0; seed < 300; seed++) {
    const config = randomConfig(seed);
    const made = () => new EncoderClassifier(config);
    assertEquals(
      withBackend(metaBackend, () => shapesOf(config, made)),
      withBackend(cpu, () => shapesOf(config, () => made().initialize(seed))),
      `seed ${seed}`,
    );
  }
  assertEquals(cpu.memory().buffers, 0);
});

Deno.test("numbers of the backend of shapes cannot be read", async () => {
  const x = withBackend(metaBackend, () => zeros([2 ** 20, 2 ** 20]));
  assertThrows(() => x.dataSync(), DeviceError, "Cannot read a tensor of the meta backend");
  await assertRejects(() => x.data(), DeviceError, "it has a shape and no numbers");
});

Deno.test("withBackend() puts the backend from before back, also behind an error", () => {
  withBackend(cpu, () => {
    assertThrows(() => withBackend(metaBackend, () => JSON.parse("{")), SyntaxError);
    assertEquals(withBackend(metaBackend, () => zeros([1]).backend.name), "meta");
    using x = zeros([1]);
    assertEquals(x.backend.name, "cpu");
  });
});

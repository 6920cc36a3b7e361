import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { type EncodedText, type EncoderClassifierConfig, predictLogits } from "@taxon/model";
import { toOnnx } from "@taxon/onnx";
import { useBackend } from "@taxon/tensor";
import { type OnnxTensor, readOnnx } from "./support/onnx_file.ts";
import { evaluateOnnx } from "./support/onnx_reference.ts";
import { configSpace, randomConfig, randomModel, randomTexts } from "./support/random_models.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

/** Texts as a caller of ONNX gives them; ids and types of padding are what nothing may depend on. */
function padded(
  texts: readonly EncodedText[],
  width: number,
  place: "behind" | "in front" | "between" = "behind",
): Record<string, OnnxTensor> {
  const rows = (padding: number, values: (text: EncodedText) => ArrayLike<number>) => ({
    shape: [texts.length, width],
    data: texts.flatMap((text) => {
      const real = Array.from(values(text));
      const rest = Array.from({ length: width - real.length }, () => padding);
      const before = { behind: real.length, "in front": 0, between: 1 }[place];
      return [...real.slice(0, before), ...rest, ...real.slice(before)];
    }),
  });
  return {
    input_ids: rows(7, ({ ids }) => ids),
    token_type_ids: rows(0, ({ typeIds }) => typeIds!),
    attention_mask: rows(0, ({ ids }) => Array.from(ids, () => 1)),
  };
}

/** The largest gap, in shares of the largest logit. */
function gap(got: OnnxTensor, expected: Float32Array): number {
  assertEquals(got.data.length, expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...got.data.map((value, i) => Math.abs(value - expected[i]))) / largest;
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

Deno.test("the random models have every choice of the configuration space", () => {
  const configs = seeds.map(randomConfig);
  for (const [field, choices] of Object.entries(configSpace)) {
    const drawn = new Set(
      configs.map((config) => JSON.stringify(config[field as keyof EncoderClassifierConfig])),
    );
    assertEquals(drawn, new Set(choices.map((choice) => JSON.stringify(choice))), field);
  }
});

for (const seed of seeds) {
  Deno.test(`an ONNX file computes the model's logits, however its texts are padded: random model ${seed}`, async () => {
    const config = randomConfig(seed);
    using model = randomModel(config, seed);
    const file = readOnnx(await toOnnx(model));
    const texts = randomTexts(config);
    const logits = await predictLogits(model, texts);
    const labels = config.labels.length;
    const typed = config.typeVocabSize > 0 && config.pairTypes;
    assertEquals(
      [...file.inputs],
      ["input_ids", "attention_mask", ...typed ? ["token_type_ids"] : []].map((
        name,
      ) => [name, ["batch", "tokens"]]),
    );
    assertEquals([...file.outputs], [["logits", ["batch", labels]]]);
    const bound = 2e-5; // f32 beside float64: norms of 8 features enlarge a rounding error a hundredfold
    for (const [i, text] of texts.entries()) {
      const alone = evaluateOnnx(file, padded([text], text.ids.length));
      const far = gap(alone, logits.subarray(i * labels, (i + 1) * labels));
      assert(far < bound, `text ${i} alone: apart by ${far}, ${JSON.stringify(config)}`);
    }
    for (const place of ["behind", "in front", "between"] as const) {
      const far = gap(evaluateOnnx(file, padded(texts, 23, place)), logits);
      assert(far < bound, `padded ${place}: apart by ${far}, ${JSON.stringify(config)}`);
    }
  });
}

Deno.test("a text of nothing but padding has finite logits in an ONNX file", async () => {
  for (const pooling of ["mean", "cls"] as const) {
    const config: EncoderClassifierConfig = { ...randomConfig(3), layers: 1, pooling };
    using model = randomModel(config, 3);
    const inputs = padded([{ ids: [], typeIds: [] }], 4);
    const { data } = evaluateOnnx(readOnnx(await toOnnx(model)), inputs);
    assert(data.every(Number.isFinite), `${data}`);
  }
});

Deno.test("a text longer than the model takes is out of the bounds of an ONNX file's tables", async () => {
  for (const positions of ["sinusoidal", "learned", "rotary"] as const) {
    const config: EncoderClassifierConfig = { ...randomConfig(1), layers: 1, positions };
    using model = randomModel(config, 1);
    const file = readOnnx(await toOnnx(model));
    const ids = Array.from({ length: config.maxTokens + 1 }, () => 1);
    const inputs = padded([{ ids, typeIds: ids.map(() => 0) }], ids.length);
    assertThrows(() => evaluateOnnx(file, inputs), RangeError, `Cannot take [${config.maxTokens},`);
  }
});

import { assert, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { EncoderClassifier, ngramKey, predictLogits } from "@taxon/model";
import { toOnnx } from "@taxon/onnx";
import { useBackend } from "@taxon/tensor";
import { countNgrams } from "@taxon/text";
import { type OnnxFile, type OnnxTensor, readOnnx } from "./support/onnx_file.ts";
import { evaluateOnnx } from "./support/onnx_reference.ts";
import { randomConfig, randomModel } from "./support/random_models.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const TEXTS = [
  ..."|a|no no|\n\t |Why, why?|a\0b\0\0c|e\u0301 é|…|x_1 ½ Ⅳ".split("|"),
  ..."ΟΔΟΣ οδός|İstanbul ı İ|Привет МИР|हिन्दी|東京 タワー|\u00a0a\u3000b\ufeffc\u200bd\x85".split("|"),
  ..."😀|😀😀 👩‍👩‍👧|𐐀𐐨𞤀 𐐀𐐁|a😀b|\ud83d lone \ude00|\uffff\u{10ffff}".split("|"),
];

/** Each n-gram of these texts has a row, and so have the others none. */
const KNOWN = TEXTS.filter((_, i) => i % 3 > 0);

/** A model with an n-gram branch of random weights. */
async function wideModel(seed: number): Promise<EncoderClassifier> {
  const config = { ...randomConfig(seed), layers: 1, typeVocabSize: 0 };
  const draw = generator(seed);
  const keys = KNOWN.map((text) => countNgrams(text)).flatMap((counts) =>
    (["words", "characters"] as const).flatMap((block) =>
      [...counts[block].keys()].map((bucket) => ngramKey(block, bucket))
    )
  );
  const buckets = Float32Array.from(new Set(keys)).sort();
  const rows = buckets.length;
  const labels = config.labels.length;
  const random = (size: number) => Float32Array.from({ length: size }, draw);
  using encoder = randomModel(config, seed);
  const model = new EncoderClassifier({ ...config, ngramRows: rows });
  model.loadStateDict(
    new Map([
      ...await encoder.stateDict(),
      ["ngrams.buckets", { shape: [rows], data: buckets }],
      ["ngrams.idf", { shape: [rows, 1], data: random(rows).map((value) => value + 1) }],
      ["ngrams.weight", { shape: [rows, labels], data: random(rows * labels) }],
      ["ngrams.bias", { shape: [labels], data: random(labels) }],
    ]),
  );
  return model;
}

function generator(seed: number): () => number {
  let state = seed + 1;
  return () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff;
}

/** All texts with the same tokens, as only their characters matter here. */
const IDS = [3, 1, 4];

function evaluate(file: OnnxFile, texts: readonly string[]): number[] {
  const rows = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const width = Math.max(1, ...rows.map((row) => row.length));
  const matrix = (rows: number[][]): OnnxTensor => ({
    shape: [rows.length, rows[0].length],
    data: rows.flat(),
  });
  return [
    ...evaluateOnnx(file, {
      input_ids: matrix(texts.map(() => IDS)),
      attention_mask: matrix(texts.map(() => [1, 1, 1])),
      characters: matrix(rows.map((row) => [...row, ...Array(width - row.length).fill(0)])),
    }).data,
  ];
}

for (const seed of [0, 1]) {
  Deno.test(`an ONNX file counts the n-grams of its texts' characters as the model does: random model ${seed}`, async () => {
    using model = await wideModel(seed);
    const file = readOnnx(await toOnnx(model));
    assertEquals([...file.inputs.keys()], ["input_ids", "attention_mask", "characters"]);
    assertEquals(file.inputs.get("characters"), ["batch", "characters"]);
    const logits = await predictLogits(model, TEXTS.map((text) => ({ ids: IDS, ngrams: countNgrams(text) })));
    const alone = TEXTS.flatMap((text) => evaluate(file, [text]));
    const together = evaluate(file, TEXTS);
    const labels = model.config.labels.length;
    logits.forEach((logit, i) => {
      const text = JSON.stringify(TEXTS[Math.floor(i / labels)]);
      assert(Math.abs(alone[i] - logit) < 1e-5, `${text} alone: ${alone[i]}, the model says ${logit}`);
      assert(Math.abs(together[i] - logit) < 1e-5, `${text}: ${together[i]}, the model says ${logit}`);
    });
    assert(new Set(logits).size > logits.length / 2); // or n-grams would not matter
  });
}

import { assert, assertEquals } from "@std/assert";
import { FolderFiles, openCheckpoint } from "@taxon/classifier";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  EncoderClassifier,
  type EncoderClassifierConfig,
  loadClassifier,
  loadModel,
  predictLogits,
  restoreClassifier,
  saveClassifier,
} from "@taxon/model";
import { decodeSafetensors } from "@taxon/safetensors";
import { useBackend } from "@taxon/tensor";
import { root } from "./support/repository.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const texts = [{ ids: [1, 5, 9, 2] }, { ids: [1, 2] }];

function goldenFolder(name: string): FolderFiles {
  return new FolderFiles(decodeURIComponent(new URL(`tests/golden/hf/${name}`, root).pathname));
}

/** A checkpoint that transformers wrote, as a model. */
function load(name: string, settings?: Partial<EncoderClassifierConfig>): EncoderClassifier {
  const folder = goldenFolder(name);
  using checkpoint = openCheckpoint(folder);
  return loadModel({ config: folder.text("config.json") }, checkpoint.tensors, { settings }).model;
}

for (const name of ["bert", "bert_e2e", "roberta", "distilbert", "modernbert_mean"]) {
  Deno.test(`a saved model has the tensors and settings of the ${name} checkpoint that transformers wrote`, async () => {
    using model = load(name);
    const { config, weights } = await saveClassifier(model);
    const [saved, theirs] = [JSON.parse(config), JSON.parse(goldenFolder(name).text("config.json"))];
    for (const key of Object.keys(saved).filter((key) => (theirs[key] ?? null) !== null)) {
      if (saved[key] !== null) assertEquals(saved[key], theirs[key], key);
    }
    const written = decodeSafetensors(weights).tensors;
    const original = decodeSafetensors(
      Deno.readFileSync(`${goldenFolder(name).directory}/model.safetensors`),
    );
    assertEquals([...written.keys()].sort(), [...original.tensors.keys()].sort());
    for (const [tensor, { shape, bytes }] of original.tensors) {
      assertEquals(written.get(tensor)?.shape, shape, tensor);
      assert(written.get(tensor)!.bytes.every((byte, i) => byte === bytes[i]), `${tensor} differs`);
    }

    using again = loadClassifier({ config, weights });
    assertEquals(again.config, model.config);
    assertEquals(await predictLogits(again, texts), await predictLogits(model, texts));
    using other = new EncoderClassifier(model.config).initialize(3);
    restoreClassifier(other, weights);
    assertEquals(await predictLogits(other, texts), await predictLogits(model, texts));
  });
}

Deno.test("what transformers has no words for comes back from a saved model", async () => {
  using model = load("bert");
  const config: EncoderClassifierConfig = {
    ...model.config,
    maxTokens: 9,
    pairTypes: false,
    problemType: "multi_label_classification",
    longText: "error",
    temperature: 1.5,
    thresholds: model.config.labels.map((_, i) => 0.25 * i),
  };
  const files = await saveClassifier(model, config);
  const { model_type, taxon } = JSON.parse(files.config);
  assertEquals([model_type, Object.keys(taxon).length], ["bert", 5]);
  using again = loadClassifier(files);
  assertEquals(again.config, config);
});

Deno.test("a model that transformers has no class for keeps our names", async () => {
  const others: Partial<EncoderClassifierConfig>[] = [
    { pooling: "mean" },
    { headActivation: "none" },
    { headActivation: "gelu" },
    { norm: "pre" },
    { positions: "rotary" },
    { positions: "rotary", headActivation: "relu" },
    { headDim: 4 },
  ];
  for (const settings of others) {
    using model = load("bert");
    using changed = new EncoderClassifier({ ...model.config, ...settings }).initialize(1);
    const files = await saveClassifier(changed);
    assertEquals(JSON.parse(files.config).model_type, "taxon_encoder");
    using again = loadClassifier(files);
    assertEquals(again.config, changed.config);
    assertEquals(await predictLogits(again, texts), await predictLogits(changed, texts));
  }
});

import { assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { useBackend } from "@taxon/tensor";
import {
  decodeState,
  EncoderClassifier,
  encoderConfig,
  encodeState,
  loadClassifier,
  predictLogits,
  saveClassifier,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));
const config = encoderConfig({
  vocabSize: 20,
  modelSize: 8,
  layers: 1,
  heads: 2,
  headDim: 4,
  labels: ["no", "yes"],
});
const texts = [{ ids: [1, 5, 2] }, { ids: [1, 2] }];

Deno.test("a saved model loads with the same config and gives the same bits", async () => {
  using model = new EncoderClassifier(config).initialize(9);
  const files = await saveClassifier(model);
  using loaded = loadClassifier(files);
  assertEquals(loaded.config, config);
  assertEquals(await predictLogits(loaded, texts), await predictLogits(model, texts));
  assertEquals(await saveClassifier(loaded), files);
});

Deno.test("weights that are not finite are refused by name, and nothing stays in memory", async () => {
  using model = new EncoderClassifier(config).initialize(9);
  const files = await saveClassifier(model);
  const before = backend.memory().buffers;
  for (const bad of [NaN, Infinity]) {
    const state = decodeState(files.weights.slice());
    state.get("head.weight")!.data[3] = bad;
    assertThrows(
      () => loadClassifier({ ...files, weights: encodeState(state) }),
      RangeError,
      `Cannot load the weights: head.weight holds ${bad} at element 3`,
    );
  }
  assertEquals(backend.memory().buffers, before);
});

Deno.test("weights that do not fit the config are refused by name, and nothing stays in memory", async () => {
  using model = new EncoderClassifier(config).initialize(9);
  const files = await saveClassifier(model);
  const before = backend.memory().buffers;
  const state = decodeState(files.weights);
  state.delete("head.bias");
  const weights = encodeState(state);
  assertThrows(
    () => loadClassifier({ ...files, weights }),
    TypeError,
    "Cannot load the weights into the Taxon encoder of 1 layers: head.bias [2] is missing",
  );
  const wider = files.config.replace('"hidden_size": 8', '"hidden_size": 10');
  assertThrows(
    () => loadClassifier({ ...files, config: wider }),
    TypeError,
    "embedding.weight [20, 8] does not fit config.json, which asks for [20, 10]",
  );
  assertEquals(backend.memory().buffers, before);
});

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "@taxon/app-shared";
import { createCpuBackend } from "@taxon/backend-cpu";
import { EncoderClassifier, encoderConfig } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { parameterGroups } from "./parameter_groups.ts";

using _backend = useBackend(await createCpuBackend());
using model = new EncoderClassifier(encoderConfig({
  vocabSize: 10,
  modelSize: 8,
  layers: 3,
  heads: 2,
  headDim: 4,
  feedForwardSize: 8,
  positions: "learned",
  maxTokens: 8,
  embeddingNorm: true,
  finalNorm: "affine",
  headActivation: "tanh",
  headNorm: true,
}));
const names = [...model.namedParameters().keys()];
const modules = (wanted: (name: string) => boolean) => [
  ...new Set(names.filter(wanted).map((name) => /^(?:encoder\.layers\.\d|\w+)/.exec(name)![0])),
];
const everything = { lr: 1e-4, layerDecay: 1 };

Deno.test("parameterGroups() trains all, the top layers with the norm behind them, or the head alone", () => {
  const trained = (trainLayers?: number) =>
    modules(parameterGroups({ ...everything, trainLayers }, model.config).trainable);
  const head = ["headDense", "headNorm", "head"];
  assertEquals(trained(0), head);
  assertEquals(trained(1), ["encoder.layers.2", "finalNorm", ...head]);
  assertEquals(trained(2), ["encoder.layers.1", "encoder.layers.2", "finalNorm", ...head]);
  assertEquals(modules(() => true).slice(0, 3), ["embedding", "positionEmbedding", "embeddingNorm"]);
  assertEquals(trained(), modules(() => true));
});

Deno.test("parameterGroups() lowers the rate by the decay with each layer below the head", () => {
  const { learningRateScale } = parameterGroups({ lr: 1e-4, layerDecay: 0.5 }, model.config);
  const scales = {
    "head.weight": 1,
    "headNorm.bias": 1,
    "finalNorm.weight": 1 / 2,
    "encoder.layers.2.attention.query.weight": 1 / 2,
    "encoder.layers.1.feedForward.up.bias": 1 / 4,
    "encoder.layers.0.attentionNorm.weight": 1 / 8,
    "embedding.weight": 1 / 16,
    "embeddingNorm.bias": 1 / 16,
    "positionEmbedding.weight": 1 / 16,
  };
  for (const [name, scale] of Object.entries(scales)) assertEquals(learningRateScale(name), scale, name);
});

Deno.test("parameterGroups() gives the head a rate of its own", () => {
  const { learningRateScale } = parameterGroups(
    { lr: 2e-5, layerDecay: 0.9, headLearningRate: 1e-3 },
    model.config,
  );
  assertAlmostEquals(2e-5 * learningRateScale("headDense.weight"), 1e-3, 1e-12);
  assertAlmostEquals(learningRateScale("encoder.layers.2.attention.output.bias"), 0.9, 1e-12);
});

Deno.test("parameterGroups() refuses more layers than there are, and a head's rate beside none", () => {
  assertThrows(
    () => parameterGroups({ ...everything, trainLayers: 4 }, model.config),
    UsageError,
    "Cannot use --train-layers 4: the model has 3 layers; leave the flag out to train everything",
  );
  assertThrows(
    () => parameterGroups({ lr: 0, layerDecay: 1, headLearningRate: 1e-3 }, model.config),
    UsageError,
    "Cannot use --head-learning-rate with --lr 0",
  );
});

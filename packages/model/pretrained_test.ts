import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { useBackend } from "@taxon/tensor";
import { expectedTensors } from "./expected_tensors.ts";
import { huggingFaceNames, storedName } from "./hugging_face/names.ts";
import { planLoad } from "./load_plan.ts";
import {
  configToJson,
  describedConfig,
  EncoderClassifier,
  encoderConfig,
  loadModel,
  type LoadOptions,
  type StoredTensor,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));

const bert = {
  model_type: "bert",
  architectures: ["BertForSequenceClassification"],
  vocab_size: 10,
  hidden_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 1,
  intermediate_size: 16,
  max_position_embeddings: 12,
  id2label: { 0: "no", 1: "yes" },
};
const modernBert = {
  model_type: "modernbert",
  vocab_size: 10,
  hidden_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 4,
  intermediate_size: 16,
  max_position_embeddings: 12,
};
const newHead = { labels: ["a", "b", "c"], problemType: "single_label_classification", seed: 1 } as const;

const describe = (json: object, options?: LoadOptions) =>
  describedConfig({ config: JSON.stringify(json) }, options);

/** A checkpoint of random weights under the names of an architecture, as one with a head has them. */
async function checkpoint(json: { model_type: string }): Promise<Map<string, StoredTensor>> {
  const names = huggingFaceNames[json.model_type];
  using model = new EncoderClassifier(describe(json)).initialize(4);
  const state = await model.stateDict();
  const tensors = new Map<string, StoredTensor>();
  for (const [parameter, { shape, data }] of state) {
    const name = storedName(parameter, names);
    const bytes = new Uint8Array(data.buffer);
    tensors.set(/^(?:classifier|pre_classifier|head)/.test(name) ? name : names.prefix + name, {
      dtype: "F32",
      shape,
      read: () => bytes,
    });
  }
  return tensors;
}

Deno.test("a checkpoint loads with and without the prefix of its encoder", async () => {
  const tensors = await checkpoint(bert);
  const bare = new Map([...tensors].map(([name, tensor]) => [name.replace(/^bert\./, ""), tensor]));
  const config = JSON.stringify(bert);
  const load = async (from: ReadonlyMap<string, StoredTensor>) => {
    using model = loadModel({ config }, from).model;
    return await model.stateDict();
  };
  assertEquals(await load(bare), await load(tensors));
});

Deno.test("a new head replaces the output layer, is drawn from its seed, and leaves the rest as it was", async () => {
  const tensors = await checkpoint(bert);
  const load = async (seed: number) => {
    using model =
      loadModel({ config: JSON.stringify(bert) }, tensors, { newHead: { ...newHead, seed } }).model;
    return await model.stateDict();
  };
  const [first, again, other] = [await load(1), await load(1), await load(2)];
  assertEquals(first, again);
  assertEquals(first.get("head.weight")!.shape, [3, 8]);
  const differing = [...first].filter(([name, { data }]) => `${data}` !== `${other.get(name)!.data}`);
  assertEquals(differing.map(([name]) => name), ["head.weight"]);
  assertEquals(
    first.get("headDense.weight")!.data,
    new Float32Array(tensors.get("bert.pooler.dense.weight")!.read().buffer),
  );
});

Deno.test("a head for another task and the heads of pretraining are left out by name", async () => {
  const tensors = await checkpoint(bert);
  const extra: StoredTensor = { dtype: "F32", shape: [1], read: () => new Uint8Array(4) };
  tensors.set("cls.predictions.bias", extra).set("cls.seq_relationship.weight", extra);
  tensors.set("qa_outputs.bias", extra).set("bert.embeddings.position_ids", { ...extra, dtype: "I64" });
  tensors.set("classifier.weight", { ...extra, shape: [9, 8] });
  const config = JSON.stringify({ ...bert, architectures: ["BertForTokenClassification"] });
  const { model, plan } = loadModel({ config }, tensors, { newHead });
  model[Symbol.dispose]();
  assertEquals(Object.fromEntries(plan.ignored), {
    "bert.embeddings.position_ids": "a table that is computed, not trained",
    "classifier.bias": "a head that the new one replaces",
    "classifier.weight": "a head that the new one replaces",
    "cls.predictions.bias": "a head that predicts words",
    "cls.seq_relationship.weight": "a head that predicts words",
    "qa_outputs.bias": "a head that finds answers in texts",
  });
  assertEquals(plan.fresh, ["head.weight", "head.bias"]);
  assertThrows(
    () => loadModel({ config }, tensors),
    TypeError,
    "Cannot classify with BertForTokenClassification",
  );
});

Deno.test("another pooling goes without the layer that was trained on the first; a BERT keeps its own pooler", async () => {
  const sentence = {
    modules: JSON.stringify(
      ["Transformer", "Pooling", "Normalize"].map((kind, i) => ({
        type: `sentence_transformers.models.${kind}`,
        path: i === 0 ? "" : `${i}_${kind}`,
      })),
    ),
    pooling: JSON.stringify({ pooling_mode_mean_tokens: true }),
  };
  const tensors = await checkpoint(bert);
  const load = (pooling?: "mean" | "cls", withModules = true) => {
    const description = { config: JSON.stringify(bert), sentence: withModules ? sentence : undefined };
    const { model, plan } = loadModel(description, tensors, { newHead, pooling });
    using _ = model;
    const { pooling: own, headActivation } = model.config;
    return [own, headActivation, [...plan.loaded.keys()].some((name) => name.includes("pooler"))];
  };
  assertEquals(load(), ["mean", "none", false]);
  assertEquals(load("mean"), ["mean", "none", false]);
  assertEquals(load("cls"), ["cls", "tanh", true]);
  assertEquals(load(undefined, false), ["cls", "tanh", true]);
  assertEquals(load("mean", false), ["mean", "none", false]);
  const { headNorm, headActivation } = describe(modernBert, { newHead, pooling: "mean" });
  assertEquals([headNorm, headActivation], [false, "none"]);
});

Deno.test("a head that would outgrow its checkpoint is refused before it is made", () => {
  const labels = Array.from({ length: 60000 }, (_, i) => `${i}`);
  const config = describe({ ...bert, hidden_size: 64, id2label: undefined }, {
    newHead: { ...newHead, labels },
  });
  const names = huggingFaceNames.bert;
  const encoder = [...expectedTensors(config, names)].filter(([, { parameters: [own] }]) =>
    !own.startsWith("head")
  );
  const tensors = new Map(encoder.map(([name, { shape }]): [string, StoredTensor] => {
    return [name, { dtype: "F32", shape, read: () => new Uint8Array(0) }];
  }));
  const before = backend.memory().buffers;
  assertThrows(
    () => planLoad(config, names, tensors, true),
    RangeError,
    "Cannot put a new head of 3904160 values",
  );
  assertEquals(backend.memory().buffers, before);
});

Deno.test("a run of our own goes on with a shorter text, and keeps its table of positions", async () => {
  const config = encoderConfig({
    vocabSize: 20,
    modelSize: 8,
    layers: 1,
    heads: 2,
    headDim: 4,
    positions: "learned",
  });
  using trained = new EncoderClassifier(config).initialize(3);
  const state = await trained.stateDict();
  const tensors = new Map([...state].map(([name, { shape, data }]): [string, StoredTensor] => {
    return [name, { dtype: "F32", shape, read: () => new Uint8Array(data.buffer) }];
  }));
  using model = loadModel({ config: configToJson(config) }, tensors, { newHead, maxTokens: 16 }).model;
  assertEquals([model.config.maxTokens, model.config.positionRows, model.config.labels.length], [16, 256, 3]);
  assertEquals(
    configToJson(describedConfig({ config: configToJson(model.config) })),
    configToJson(model.config),
  );
});

Deno.test("ModernBERT's kinds of layers and frequencies read alike in the spellings of versions 4 and 5", () => {
  const older = {
    ...modernBert,
    global_attn_every_n_layers: 2,
    local_attention: 10,
    local_rope_theta: 5000.0,
  };
  const newer = {
    ...modernBert,
    local_attention: 10,
    layer_types: ["full_attention", "sliding_attention", "full_attention", "sliding_attention"],
    rope_parameters: {
      full_attention: { rope_type: "default", rope_theta: 160000.0 },
      sliding_attention: { rope_type: "default", rope_theta: 5000.0 },
    },
  };
  assertEquals(describe(newer), describe(older));
  assertEquals(describe(older).localAttention, { window: 5, globalEvery: 2, rotaryTheta: 5000 });
  const irregular = { ...newer, layer_types: newer.layer_types.toReversed() };
  assertThrows(() => describe(irregular), RangeError, "layer_types is");
  const scaled = { ...newer, rope_parameters: { full_attention: { rope_type: "yarn" } } };
  assertThrows(() => describe(scaled), RangeError, "rope_parameters is");
  assertThrows(
    () => describe({ ...modernBert, mlp_bias: true }),
    RangeError,
    "mlp_bias is true; it must be false",
  );
});

Deno.test("RoBERTa counts positions from the padding token on, and DistilBERT has its own names of sizes", () => {
  const roberta = describe({ ...bert, model_type: "roberta", pad_token_id: 1, type_vocab_size: 1 });
  assertEquals([roberta.positionOffset, roberta.maxTokens, roberta.positionRows], [2, 10, 12]);
  assertEquals(roberta.pairTypes, false);
  const { vocab_size, max_position_embeddings } = bert;
  const distilBert = describe({
    ...{ model_type: "distilbert", vocab_size, max_position_embeddings },
    ...{ dim: 8, n_heads: 2, n_layers: 1, hidden_dim: 16, seq_classif_dropout: 0.25 },
  });
  assertEquals([distilBert.modelSize, distilBert.typeVocabSize, distilBert.headDropout], [8, 0, 0.25]);
  assertEquals([...distilBert.labels], ["LABEL_0", "LABEL_1"]);
  assert(distilBert.headActivation === "relu");
});

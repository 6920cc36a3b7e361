import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  configFromJson,
  configToJson,
  type EncoderClassifierConfig,
  encoderConfig,
  encoderSettings,
  headSettings,
} from "./mod.ts";

const table = Object.entries({ ...encoderSettings, ...headSettings });

const refusals: [Partial<Record<keyof EncoderClassifierConfig, unknown>>, string][] = [
  [{ heads: 0 }, "Cannot use heads = 0 in a model: it must be an integer 1 … 65536"],
  [{ layers: 1.5 }, "Cannot use layers = 1.5"],
  [{ maxTokens: 65536 }, "Cannot use maxTokens = 65536 in a model: it must be an integer 1 … 65535"],
  [{ norm: "mid" }, 'Cannot use norm = "mid" in a model: it must be one of pre, post'],
  [
    { activation: "tanh" },
    'Cannot use activation = "tanh" in a model: it must be one of relu, gelu, geluTanh',
  ],
  [{ dropout: 1 }, "Cannot use dropout = 1 in a model: it must be 0 ≤ dropout < 1"],
  [{ temperature: 0 }, "Cannot use temperature = 0 in a model: it must be a positive number"],
  [{ normEps: NaN }, "Cannot use normEps"],
  [{ modelSize: 127 }, "Cannot use modelSize = 127 in a model: it must be even for sinusoidal positions"],
  [
    { positions: "rotary", headDim: 15 },
    "Cannot use headDim = 15 in a model: it must be even for rotary positions",
  ],
  [{ labels: ["a"] }, 'Cannot use labels = ["a"] in a model: it must be at least 2 names'],
  [{ labels: ["a", "a"] }, 'Cannot use labels = ["a","a"] in a model: it must be distinct strings'],
  [{ problemType: "regression" }, "one name for regression"],
  [
    { attentionDropout: -1 },
    "Cannot use attentionDropout = -1 in a model: it must be 0 ≤ attentionDropout < 1",
  ],
  [{ gated: "yes" }, 'Cannot use gated = "yes" in a model: it must be true or false'],
  [{ headActivation: "silu" }, 'Cannot use headActivation = "silu"'],
  [
    { positionRows: 100 },
    "positionRows = 100 in a model: it must be an integer from maxTokens + positionOffset = 256",
  ],
  [
    { localAttention: { window: -1, globalEvery: 3, rotaryTheta: 1 } },
    "it must be a window from 0, globalEvery from 1",
  ],
  [
    { columns: { text: ["a", 0], joiner: "" } },
    'Cannot use columns = {"text":["a",0],"joiner":""} in a model: it must be an object with a joiner',
  ],
  [{ columns: { text: [] } }, "Cannot use columns"],
  [{ columns: { text: ["a"] } }, "Cannot use columns"],
  [{ columns: { joiner: "", label: {} } }, "Cannot use columns"],
  [{ columns: "a" }, "Cannot use columns"],
  [{ thresholds: [0.5, 2] }, "Cannot use thresholds = [0.5,2] in a model: it must be 2 probabilities"],
];

for (const [given, message] of refusals) {
  Deno.test(`encoderConfig() refuses ${JSON.stringify(given)} with what would be right`, () => {
    assertThrows(() => encoderConfig(given as Partial<EncoderClassifierConfig>), RangeError, message);
  });
}

Deno.test("a config survives config.json, with every field away from its default", () => {
  const config = encoderConfig({
    vocabSize: 77,
    maxTokens: 12,
    typeVocabSize: 2,
    modelSize: 30,
    layers: 3,
    heads: 5,
    headDim: 8,
    feedForwardSize: 40,
    activation: "relu",
    norm: "post",
    normAffine: true,
    normEps: 1e-5,
    finalNorm: "none",
    positions: "rotary",
    pairTypes: false,
    embeddingNorm: true,
    gated: true,
    bias: false,
    positionOffset: 2,
    positionRows: 20,
    rotaryPairs: "half",
    rotaryTheta: 160000,
    localAttention: { window: 64, globalEvery: 3, rotaryTheta: 500 },
    dropout: 0.25,
    attentionDropout: 0.125,
    hiddenDropout: 0,
    pooling: "cls",
    normalizePooled: true,
    headActivation: "tanh",
    headNorm: true,
    headDropout: 0.5,
    ngramRows: 9,
    problemType: "multi_label_classification",
    labels: ["späm", 'quo"te', "z"],
    longText: "error",
    temperature: 1.5,
    thresholds: [0.1, 0.2, 0.3],
    columns: { text: ["subject", "body, in full"], joiner: "\n", pair: 3, label: "kind" },
  });
  const values = new Map<string, unknown>(Object.entries(config));
  for (const [name, [, , byDefault]] of table) assertNotEquals(values.get(name), byDefault, name);
  assertEquals(configFromJson(configToJson(config)), config);
});

Deno.test("every setting has a key of its own in config.json, and a value that it refuses", () => {
  const keys = table.map(([, [key]]) => key.replace("?", ""));
  assertEquals([...new Set(keys)], keys);
  for (const [name] of table) {
    assertThrows(
      () => encoderConfig({ [name]: {} }),
      RangeError,
      `Cannot use ${name} = {} in a model: it must be`,
    );
  }
});

Deno.test("config.json names its fields as Hugging Face does", () => {
  const json = JSON.parse(configToJson(encoderConfig({ labels: ["ham", "spam"] })));
  assertEquals(json.hidden_size, 128);
  assertEquals(json.num_hidden_layers, 2);
  assertEquals(json.problem_type, "single_label_classification");
  assertEquals(json.hidden_act, "gelu_pytorch_tanh");
  assertEquals(json.id2label, { 0: "ham", 1: "spam" });
  assertEquals(json.label2id, { ham: 0, spam: 1 });
});

Deno.test("a broken config.json is refused with what is wrong", () => {
  const valid = JSON.parse(configToJson(encoderConfig()));
  const broken = (changes: object) => () => configFromJson(JSON.stringify({ ...valid, ...changes }));
  assertThrows(() => configFromJson("{"), SyntaxError, "Cannot read config.json");
  assertThrows(() => configFromJson("null"), SyntaxError, "model_type is undefined");
  assertThrows(broken({ model_type: "bert" }), SyntaxError, 'model_type is "bert", expected "taxon_encoder"');
  assertThrows(broken({ hidden_size: undefined }), RangeError, "hidden_size is missing");
  assertThrows(
    broken({ id2label: { 0: "a", 2: "b" } }),
    RangeError,
    'id2label lacks "1" though it has 2 names',
  );
  assertThrows(broken({ num_attention_heads: "4" }), RangeError, 'Cannot use heads = "4"');
});

import type { HostileCase } from "./hostile_case.ts";

/** A file of JSON with some of its values changed; undefined removes one. */
function changed(name: string, values: object, message: string, file = "config.json"): HostileCase {
  return {
    name,
    async spoil(directory) {
      const json = JSON.parse(await Deno.readTextFile(`${directory}/${file}`));
      await Deno.writeTextFile(`${directory}/${file}`, JSON.stringify({ ...json, ...values }));
    },
    file,
    message,
  };
}

function written(name: string, file: string, text: string, message: string): HostileCase {
  return { name, spoil: (directory) => Deno.writeTextFile(`${directory}/${file}`, text), file, message };
}

/** A folder of sentence-transformers with these modules and this pooling. */
function sentence(name: string, modules: object[], pooling: object, message: string): HostileCase {
  return {
    name,
    async spoil(directory) {
      await Deno.writeTextFile(`${directory}/modules.json`, JSON.stringify(modules));
      await Deno.mkdir(`${directory}/1_Pooling`);
      await Deno.writeTextFile(`${directory}/1_Pooling/config.json`, JSON.stringify(pooling));
    },
    file: "modules.json",
    message,
  };
}

const transformer = { path: "", type: "sentence_transformers.models.Transformer" };
const pooling = (path: unknown) => ({ path, type: "sentence_transformers.models.Pooling" });
const read = "Cannot read config.json: ";

/** Descriptions that are no JSON, claim what is not there, or ask for what the encoder does not do. */
export const configCases: readonly HostileCase[] = [
  written("a config.json that is no JSON", "config.json", "{", read),
  written("a list as config.json", "config.json", "[]", `${read}it holds no JSON object`),
  written("a tokenizer.json that is no JSON", "tokenizer.json", "}", "JSON"),
  changed(
    "no model_type",
    { model_type: undefined },
    `${read}model_type is missing; it is one of bert, roberta`,
  ),
  changed(
    "another model_type",
    { model_type: "gpt2" },
    `${read}model_type is "gpt2"; it must be one of bert`,
  ),
  changed(
    "a model_type that objects inherit",
    { model_type: "constructor" },
    `${read}model_type is "constructor"`,
  ),
  changed("no size", { hidden_size: undefined }, `${read}hidden_size is missing; it is an integer from 1 on`),
  {
    ...changed("a vocabulary of 2 billion", { vocab_size: 2e9 }, ""),
    file: "model.safetensors",
    message:
      "bert.embeddings.word_embeddings.weight [600, 32] does not fit config.json, which asks for [2000000000, 32]",
  },
  changed(
    "a size in words",
    { hidden_size: "32" },
    `${read}hidden_size is "32"; it must be an integer from 1 on`,
  ),
  changed("a size of 2^31", { hidden_size: 2 ** 31 }, "Cannot use modelSize = 2147483648 in a model"),
  changed("half a layer", { num_hidden_layers: 0.5 }, `${read}num_hidden_layers is 0.5`),
  changed("a billion layers", { num_hidden_layers: 1e9 }, "Cannot use layers = 1000000000 in a model"),
  changed(
    "heads that do not divide the size",
    { num_attention_heads: 3 },
    "must be a divisor of hidden_size = 32",
  ),
  changed("no position", { max_position_embeddings: 0 }, `${read}max_position_embeddings is 0`),
  changed("relative positions", { position_embedding_type: "relative_key" }, "must be one of absolute"),
  changed(
    "a decoder",
    { is_decoder: true },
    `${read}is_decoder is true; it must be false: only encoders are read`,
  ),
  changed(
    "an unknown activation",
    { hidden_act: "silu" },
    `${read}hidden_act is "silu"; it must be one of gelu`,
  ),
  changed(
    "quantised weights",
    { quantization_config: {} },
    `${read}quantization_config is {}; it must be absent`,
  ),
  changed("a negative epsilon", { layer_norm_eps: -1 }, "Cannot use normEps = -1 in a model"),
  changed("dropout of everything", { hidden_dropout_prob: 1 }, "Cannot use dropout = 1 in a model"),
  changed("a label without a name", { id2label: { 0: "a", 2: "b" } }, `${read}id2label lacks "1"`),
  changed(
    "two labels of one name",
    { id2label: { 0: "a", 1: "a" } },
    'Cannot use labels = ["a","a"] in a model',
  ),
  changed("an unknown problem_type", { problem_type: "ranking" }, `${read}problem_type is "ranking"`),
  changed(
    "no head for texts",
    { architectures: ["BertForMaskedLM"] },
    "Cannot classify with BertForMaskedLM",
  ),
  changed(
    "a tokenizer_config.json of nonsense",
    { model_input_names: "ids" },
    "must be a list",
    "tokenizer_config.json",
  ),
  sentence(
    "a module outside the folder",
    [transformer, pooling("../../x")],
    {},
    "Cannot read modules.json: path is",
  ),
  sentence("a module in no folder", [transformer, pooling(7)], {}, "Cannot read modules.json: path is 7"),
  sentence(
    "a module that is not read",
    [transformer, pooling("1_Pooling"), { path: "2_Dense", type: "sentence_transformers.models.Dense" }],
    {},
    "it lists Transformer, Pooling, Dense; read are Transformer, Pooling and Normalize",
  ),
  {
    ...sentence(
      "maximum pooling",
      [transformer, pooling("1_Pooling")],
      { pooling_mode_max_tokens: true },
      "",
    ),
    file: "config.json",
    message: "it pools by max_tokens; read are cls_token and mean_tokens",
  },
];

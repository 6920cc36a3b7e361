import type { EncoderClassifierConfig } from "../config.ts";
import { ACTIVATION_NAMES } from "../config_json.ts";
import { JsonFields } from "../json_fields.ts";
import { huggingFaceConfig, OWN_SETTINGS } from "./config.ts";

type Json = Record<string, unknown>;

/** config.json of a model that Hugging Face `transformers` has a class for. */
export interface HuggingFaceJson {
  modelType: string;
  json: Json;
}

/** What each `model_type` says in its config.json, in keys that versions 4 and 5 of `transformers` read. */
const WRITERS: Readonly<Record<string, (config: EncoderClassifierConfig) => Json>> = {
  bert: (config) => ({ architectures: ["BertForSequenceClassification"], ...bertJson(config) }),
  roberta: (config) => ({
    architectures: ["RobertaForSequenceClassification"],
    ...bertJson(config),
    pad_token_id: Math.max(config.positionOffset - 1, 0), // positions are counted from it on
  }),
  distilbert: (config) => ({
    architectures: ["DistilBertForSequenceClassification"],
    vocab_size: config.vocabSize,
    max_position_embeddings: rowsOf(config),
    dim: config.modelSize,
    n_layers: config.layers,
    n_heads: config.heads,
    hidden_dim: config.feedForwardSize,
    activation: ACTIVATION_NAMES[config.activation],
    dropout: config.dropout,
    attention_dropout: config.attentionDropout,
    seq_classif_dropout: config.headDropout,
    pad_token_id: null,
  }),
  modernbert: (config) => ({
    architectures: ["ModernBertForSequenceClassification"],
    ...sizes(config),
    max_position_embeddings: config.maxTokens,
    hidden_activation: ACTIVATION_NAMES[config.activation],
    norm_eps: config.normEps,
    norm_bias: config.bias,
    attention_bias: config.bias,
    mlp_bias: config.bias,
    classifier_bias: config.bias,
    global_rope_theta: config.rotaryTheta,
    local_rope_theta: config.localAttention?.rotaryTheta,
    local_attention: config.localAttention && 2 * config.localAttention.window,
    global_attn_every_n_layers: config.localAttention?.globalEvery,
    embedding_dropout: config.dropout,
    attention_dropout: config.attentionDropout,
    mlp_dropout: config.hiddenDropout,
    classifier_pooling: config.pooling,
    classifier_activation: ACTIVATION_NAMES[config.headActivation],
    classifier_dropout: config.headDropout,
    pad_token_id: null,
  }),
};

/**
 * config.json in the words of Hugging Face, or undefined where no architecture of theirs is this model. Reading it must
 * give the same configuration again; what their words cannot say of how texts are judged stands under `taxon`, which
 * `transformers` keeps and does not use.
 */
export function huggingFaceJson(config: EncoderClassifierConfig): HuggingFaceJson | undefined {
  const modelType = likelyType(config);
  if (modelType === undefined || config.heads * config.headDim !== config.modelSize) return undefined;
  const json: Json = {
    model_type: modelType,
    dtype: "float32",
    ...WRITERS[modelType](config),
    problem_type: config.problemType,
    id2label: Object.fromEntries(config.labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(config.labels.map((label, id) => [label, id])),
  };
  const read = huggingFaceConfig(new JsonFields("config.json", JSON.stringify(json)), modelType);
  const fields = Object.keys({ ...config, ...read }) as (keyof EncoderClassifierConfig)[];
  const lost = fields.filter((field) => JSON.stringify(read[field]) !== JSON.stringify(config[field]));
  if (lost.some((field) => OWN_SETTINGS[field] === undefined)) return undefined;
  if (lost.length > 0) {
    json.taxon = Object.fromEntries(lost.map((field) => [OWN_SETTINGS[field], config[field]]));
  }
  return { modelType, json };
}

/** The only architecture that the model can be, if any. */
function likelyType(
  { positions, positionOffset, headActivation }: EncoderClassifierConfig,
): string | undefined {
  if (headActivation === "none") return undefined;
  if (positions === "rotary") return headActivation === "tanh" ? undefined : "modernbert";
  if (headActivation === "relu") return "distilbert";
  return positionOffset > 0 ? "roberta" : "bert";
}

function bertJson(config: EncoderClassifierConfig): Json {
  return {
    ...sizes(config),
    max_position_embeddings: rowsOf(config),
    type_vocab_size: config.typeVocabSize,
    hidden_act: ACTIVATION_NAMES[config.activation],
    layer_norm_eps: config.normEps,
    hidden_dropout_prob: config.dropout,
    attention_probs_dropout_prob: config.attentionDropout,
    classifier_dropout: config.headDropout,
    pad_token_id: null, // which token pads is the tokenizer's matter
  };
}

function sizes({ vocabSize, modelSize, layers, heads, feedForwardSize }: EncoderClassifierConfig): Json {
  return {
    vocab_size: vocabSize,
    hidden_size: modelSize,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: feedForwardSize,
  };
}

function rowsOf({ positionRows, maxTokens, positionOffset }: EncoderClassifierConfig): number {
  return positionRows ?? maxTokens + positionOffset;
}

/** How an architecture names its tensors in checkpoints. */
export interface TensorNames {
  /** As people write it. */
  readonly architecture: string;
  /** In front of the encoder's names in a checkpoint with a head; absent from one without. */
  readonly prefix: string;
  /**
   * Our module → theirs; `*` is the number of a layer. Where several of ours have one name, their rows stand one below
   * the other in one tensor.
   */
  readonly modules: Readonly<Record<string, string>>;
  /** Names of classification heads. */
  readonly head: RegExp;
  /** What else a checkpoint may hold, and why it is not loaded. */
  readonly ignored: readonly (readonly [RegExp, string])[];
}

const buffers = [
  /(?:^|\.)(?:position_ids|token_type_ids|inv_freq)$/,
  "a table that is computed, not trained",
] as const;
const pooler = [/^pooler\./, "a pooler that this model does not use"] as const;
const answers = [/^qa_outputs\./, "a head that finds answers in texts"] as const;
const languageModel = (names: RegExp) => [names, "a head that predicts words"] as const;

const bertEncoder = {
  embedding: "embeddings.word_embeddings",
  typeEmbedding: "embeddings.token_type_embeddings",
  positionEmbedding: "embeddings.position_embeddings",
  embeddingNorm: "embeddings.LayerNorm",
  "encoder.layers.*.attentionNorm": "encoder.layer.*.attention.output.LayerNorm",
  "encoder.layers.*.attention.query": "encoder.layer.*.attention.self.query",
  "encoder.layers.*.attention.key": "encoder.layer.*.attention.self.key",
  "encoder.layers.*.attention.value": "encoder.layer.*.attention.self.value",
  "encoder.layers.*.attention.output": "encoder.layer.*.attention.output.dense",
  "encoder.layers.*.feedForwardNorm": "encoder.layer.*.output.LayerNorm",
  "encoder.layers.*.feedForward.up": "encoder.layer.*.intermediate.dense",
  "encoder.layers.*.feedForward.down": "encoder.layer.*.output.dense",
};

/** The architectures of Hugging Face that are read, by `model_type`. */
export const huggingFaceNames: Readonly<Record<string, TensorNames>> = {
  bert: {
    architecture: "BERT",
    prefix: "bert.",
    modules: { ...bertEncoder, headDense: "pooler.dense", head: "classifier" },
    head: /^classifier\./,
    ignored: [buffers, pooler, answers, languageModel(/^cls\./)],
  },
  roberta: {
    architecture: "RoBERTa",
    prefix: "roberta.",
    modules: { ...bertEncoder, headDense: "classifier.dense", head: "classifier.out_proj" },
    head: /^classifier\./,
    ignored: [buffers, pooler, answers, languageModel(/^lm_head\./)],
  },
  distilbert: {
    architecture: "DistilBERT",
    prefix: "distilbert.",
    modules: {
      embedding: "embeddings.word_embeddings",
      positionEmbedding: "embeddings.position_embeddings",
      embeddingNorm: "embeddings.LayerNorm",
      "encoder.layers.*.attentionNorm": "transformer.layer.*.sa_layer_norm",
      "encoder.layers.*.attention.query": "transformer.layer.*.attention.q_lin",
      "encoder.layers.*.attention.key": "transformer.layer.*.attention.k_lin",
      "encoder.layers.*.attention.value": "transformer.layer.*.attention.v_lin",
      "encoder.layers.*.attention.output": "transformer.layer.*.attention.out_lin",
      "encoder.layers.*.feedForwardNorm": "transformer.layer.*.output_layer_norm",
      "encoder.layers.*.feedForward.up": "transformer.layer.*.ffn.lin1",
      "encoder.layers.*.feedForward.down": "transformer.layer.*.ffn.lin2",
      headDense: "pre_classifier",
      head: "classifier",
    },
    head: /^(?:pre_)?classifier\./,
    ignored: [buffers, answers, languageModel(/^vocab_(?:transform|layer_norm|projector)\./)],
  },
  modernbert: {
    architecture: "ModernBERT",
    prefix: "model.",
    modules: {
      embedding: "embeddings.tok_embeddings",
      embeddingNorm: "embeddings.norm",
      "encoder.layers.*.attentionNorm": "layers.*.attn_norm",
      "encoder.layers.*.attention.query": "layers.*.attn.Wqkv",
      "encoder.layers.*.attention.key": "layers.*.attn.Wqkv",
      "encoder.layers.*.attention.value": "layers.*.attn.Wqkv",
      "encoder.layers.*.attention.output": "layers.*.attn.Wo",
      "encoder.layers.*.feedForwardNorm": "layers.*.mlp_norm",
      "encoder.layers.*.feedForward.up": "layers.*.mlp.Wi",
      "encoder.layers.*.feedForward.gate": "layers.*.mlp.Wi",
      "encoder.layers.*.feedForward.down": "layers.*.mlp.Wo",
      finalNorm: "final_norm",
      headDense: "head.dense",
      headNorm: "head.norm",
      head: "classifier",
    },
    head: /^(?:classifier|head)\./,
    ignored: [buffers, answers, languageModel(/^decoder\./)],
  },
};

/** Our own checkpoints: parameters under their own names. */
export const ownNames: TensorNames = {
  architecture: "the Taxon encoder",
  prefix: "",
  modules: {},
  head: /^(head|ngrams)/, // both speak for the old labels
  ignored: [],
};

/** Their name of a parameter of ours, without prefix. */
export function storedName(parameter: string, { modules }: TensorNames): string {
  const dot = parameter.lastIndexOf(".");
  const layer = /\.(\d+)\./.exec(parameter)?.[1] ?? "";
  const module = modules[parameter.slice(0, dot).replace(/\.\d+\./, ".*.")];
  return module === undefined ? parameter : module.replace("*", layer) + parameter.slice(dot);
}

/** The whole name of a tensor in a checkpoint with a head: only what belongs to the encoder has the prefix. */
export function savedName(name: string, { head, prefix }: TensorNames): string {
  return head.test(name) ? name : prefix + name;
}

/** A name as it stands in a checkpoint, without prefix and in today's spelling of norms. */
export function canonicalName(name: string, { prefix }: TensorNames): string {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return bare.replace(/(LayerNorm|_layer_norm)\.gamma$/, "$1.weight").replace(
    /(LayerNorm|_layer_norm)\.beta$/,
    "$1.bias",
  );
}

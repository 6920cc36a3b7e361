import { add, checkIds, gather, keep, type Key, mul, scatterAdd, type Tensor, tensor } from "@taxon/tensor";
import {
  dropoutAt,
  Embedding,
  Encoder,
  type ForwardContext,
  LayerNorm,
  Linear,
  Module,
  rotaryAngles,
  sinusoidalTable,
} from "@taxon/nn";
import { dropoutRows, type PackedBatch } from "./batch.ts";
import type { EncoderClassifierConfig } from "./config.ts";

/** What a forward pass may do besides computing logits. */
export interface ForwardOptions {
  /** Turns dropout on, drawn from this key; absent for inference. */
  dropoutKey?: Key;
  /** Called with each layer's weights, one [heads, tokens, tokens] a sequence; costs the unfused path. */
  onAttention?: (weights: Tensor[]) => void;
  /** Rows to use in place of the token embeddings of the batch's ids, [tokens, model]. */
  embeddings?: Tensor;
  /** For each layer factors of its heads, broadcastable to [tokens, heads, headDim]: 0 switches a head off. */
  headMasks?: readonly Tensor[];
}

/** The stages of a forward pass. */
export interface ForwardResult {
  /** After the final norm, [tokens, model]. */
  hidden: Tensor;
  /** [sequences, model] */
  pooled: Tensor;
  /** [sequences, labels] */
  logits: Tensor;
}

/**
 * The article's classifier: token embeddings with positions, the encoder, pooling, and a linear head.
 *
 * @example Logits of two packed texts
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { EncoderClassifier, encoderConfig, packBatch } from "@taxon/model";
 * import { scope, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using model = new EncoderClassifier(encoderConfig({ vocabSize: 10, modelSize: 16 })).initialize(42);
 * using logits = scope(() => model.forward(packBatch([{ ids: [2, 7, 3] }, { ids: [2, 3] }])).logits);
 * assertEquals(logits.shape, [2, 2]);
 * ```
 */
export class EncoderClassifier extends Module {
  readonly embedding: Embedding;
  readonly typeEmbedding?: Embedding;
  readonly positionEmbedding?: Embedding;
  readonly encoder: Encoder;
  readonly finalNorm?: LayerNorm;
  readonly head: Linear;
  /** Fixed sinusoidal rows, uploaded at first use. */
  #positionTable?: Tensor;

  constructor(readonly config: EncoderClassifierConfig) {
    super();
    const { vocabSize, modelSize, maxTokens, typeVocabSize, normEps: eps } = config;
    // 0.02 as BERT, so that what is learned soon outweighs it; but next to added sinusoids (RMS 0.7) it would drown.
    const deviation = config.positions === "sinusoidal" ? 1 : 0.02;
    this.embedding = new Embedding(vocabSize, modelSize, deviation);
    if (typeVocabSize > 0) this.typeEmbedding = new Embedding(typeVocabSize, modelSize, deviation);
    if (config.positions === "learned") {
      this.positionEmbedding = new Embedding(maxTokens, modelSize, deviation);
    }
    this.encoder = new Encoder(config, config.layers);
    if (config.finalNorm !== "none") {
      this.finalNorm = new LayerNorm(modelSize, { affine: config.finalNorm === "affine", eps });
    }
    this.head = new Linear(modelSize, config.labels.length);
  }

  /**
   * Runs a packed batch; call it inside `scope` or `valueAndGrad`, which free the intermediate tensors.
   *
   * @throws {RangeError} If an id is outside the vocabulary or a sequence is longer than `config.maxTokens`.
   */
  forward(batch: PackedBatch, options: ForwardOptions = {}): ForwardResult {
    const { dropoutKey, onAttention, embeddings, headMasks } = options;
    this.#check(batch);
    const onDevice = (ids: Int32Array) =>
      tensor(ids, [ids.length], { backend: this.embedding.weight.backend });
    const context: ForwardContext = {
      layout: { kind: "packed", cuSeqlens: batch.cuSeqlens },
      dropout: dropoutKey && { key: dropoutKey, rows: onDevice(dropoutRows(batch)) },
      rotary: this.#rotary(batch),
      onAttention,
    };
    const positions = onDevice(batch.positions);
    let x = embeddings ?? this.embedding.forward(onDevice(batch.ids)); // [tokens, model]
    if (this.config.positions === "sinusoidal") x = add(x, gather(this.#sinusoids(), positions));
    if (this.positionEmbedding) x = add(x, this.positionEmbedding.forward(positions));
    if (this.typeEmbedding) x = add(x, this.typeEmbedding.forward(onDevice(batch.typeIds)));
    x = this.encoder.forward(dropoutAt(x, this.config.dropout, context, "embedding"), context, headMasks);
    const hidden = this.finalNorm?.forward(x) ?? x;
    const pooled = this.#pool(hidden, batch, onDevice); // [sequences, model]
    return { hidden, pooled, logits: this.head.forward(pooled) };
  }

  override [Symbol.dispose](): void {
    this.#positionTable?.dispose();
    super[Symbol.dispose]();
  }

  /** Each sequence is summed by itself in token order, so its result does not depend on its neighbours. */
  #pool(
    hidden: Tensor,
    { cuSeqlens, sequences }: PackedBatch,
    onDevice: (ids: Int32Array) => Tensor,
  ): Tensor {
    const count = cuSeqlens.length - 1;
    if (this.config.pooling === "cls") return gather(hidden, onDevice(cuSeqlens.slice(0, count)));
    const shares = Float32Array.from({ length: count }, (_, s) => 1 / (cuSeqlens[s + 1] - cuSeqlens[s]));
    const totals = scatterAdd(onDevice(sequences), hidden, count);
    return mul(totals, tensor(shares, [count, 1], { backend: hidden.backend }));
  }

  #sinusoids(): Tensor {
    const { maxTokens, modelSize } = this.config;
    return this.#positionTable ??= keep(
      tensor(sinusoidalTable(maxTokens, modelSize), [maxTokens, modelSize], {
        backend: this.embedding.weight.backend,
      }),
    );
  }

  #rotary({ positions }: PackedBatch): ForwardContext["rotary"] {
    const { headDim, positions: kind } = this.config;
    if (kind !== "rotary") return undefined;
    const { cos, sin } = rotaryAngles(positions, headDim);
    const onDevice = (angles: Float32Array) =>
      tensor(angles, [positions.length, headDim / 2], { backend: this.embedding.weight.backend });
    return { cos: onDevice(cos), sin: onDevice(sin) };
  }

  #check({ ids, typeIds, cuSeqlens }: PackedBatch): void {
    const { vocabSize, typeVocabSize, maxTokens } = this.config;
    checkIds(ids, vocabSize, "token id");
    if (typeVocabSize > 0) checkIds(typeIds, typeVocabSize, "type id");
    for (let s = 0; s + 1 < cuSeqlens.length; s++) {
      const tokens = cuSeqlens[s + 1] - cuSeqlens[s];
      if (tokens > maxTokens) {
        throw new RangeError(
          `Cannot classify text ${s} of ${tokens} tokens: the model takes at most ${maxTokens}`,
        );
      }
    }
  }
}

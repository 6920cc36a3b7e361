import { add, checkIds, gather, keep, type Key, scope, type Shape, type Tensor, tensor } from "@taxon/tensor";
import {
  dropoutAt,
  Embedding,
  Encoder,
  type ForwardContext,
  LayerNorm,
  type LayerNormSettings,
  Module,
  rotaryAngles,
  sinusoidalTable,
} from "@taxon/nn";
import { dropoutRows, type PackedBatch } from "./batch.ts";
import type { EncoderConfig } from "./config.ts";

/** What a forward pass may do besides what it is for. */
export interface ForwardOptions {
  /** Turns dropout on, drawn from this key; absent for inference. */
  dropoutKey?: Key;
  /** Saves memory while training: the walk back computes each layer again. */
  gradientCheckpointing?: boolean;
  /** Called with each layer's weights, one [heads, tokens, tokens] a sequence, to be kept; costs the unfused path. */
  onAttention?: (weights: Tensor[]) => void;
  /** Called with the embeddings and each layer's output, [tokens, model], before any final norm. */
  onHidden?: (hidden: Tensor) => void;
  /** Rows to use in place of the token embeddings of the batch's ids, [tokens, model]. */
  embeddings?: Tensor;
  /** For each layer factors of its heads, broadcastable to [tokens, heads, headDim]: 0 switches a head off. */
  headMasks?: readonly Tensor[];
}

const FINAL_NORMS: Readonly<Record<EncoderConfig["finalNorm"], LayerNormSettings | undefined>> = {
  none: undefined,
  plain: { affine: false },
  affine: { affine: true },
};

/**
 * The encoder of texts without a head: from ids to hidden states. Without other settings it is the article's; those of
 * BERT, DistilBERT, RoBERTa and ModernBERT are other points of the same configuration space.
 *
 * @example Hidden states of two packed texts, five tokens in all
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { EncoderModel, encoderConfig, packBatch } from "@taxon/model";
 * import { scope, useBackend } from "@taxon/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using model = new EncoderModel(encoderConfig({ vocabSize: 10, modelSize: 16 })).initialize(42);
 * using hidden = scope(() => model.forward(packBatch([{ ids: [2, 7, 3] }, { ids: [2, 3] }])));
 * assertEquals(hidden.shape, [5, 16]);
 * ```
 */
export class EncoderModel extends Module {
  /** Of tokens, weight [vocabSize, model]. */
  readonly embedding: Embedding;
  /** Of the two texts of a pair, weight [typeVocabSize, model]; absent where typeVocabSize is 0. */
  readonly typeEmbedding?: Embedding;
  /** Learned rows of places, weight [positionRows, model]; absent for other kinds of positions. */
  readonly positionEmbedding?: Embedding;
  /** On the sum of the embeddings; absent unless set. */
  readonly embeddingNorm?: LayerNorm;
  /** From the embeddings to hidden states, [tokens, model] → [tokens, model]. */
  readonly encoder: Encoder;
  /** Behind the last layer; absent where `finalNorm` is "none". */
  readonly finalNorm?: LayerNorm;
  /** Fixed sinusoidal rows, uploaded at first use. */
  #positionTable?: Tensor;

  /** Makes an encoder of zeros on the current backend, to be filled by `initialize` or `loadStateDict`. */
  constructor(readonly config: EncoderConfig) {
    super();
    const { vocabSize, modelSize, maxTokens, typeVocabSize, bias, normEps: eps } = config;
    // 0.02 as BERT, so that what is learned soon outweighs it; but next to added sinusoids (RMS 0.7) it would drown.
    const deviation = config.positions === "sinusoidal" ? 1 : 0.02;
    this.embedding = new Embedding(vocabSize, modelSize, deviation);
    if (typeVocabSize > 0) this.typeEmbedding = new Embedding(typeVocabSize, modelSize, deviation);
    if (config.positions === "learned") {
      const rows = config.positionRows ?? maxTokens + config.positionOffset;
      this.positionEmbedding = new Embedding(rows, modelSize, deviation);
    }
    if (config.embeddingNorm) this.embeddingNorm = new LayerNorm(modelSize, { eps, bias });
    this.encoder = new Encoder(config, config.layers, config.norm === "post" || !config.embeddingNorm);
    const final = FINAL_NORMS[config.finalNorm];
    if (final) this.finalNorm = new LayerNorm(modelSize, { ...final, eps, bias });
  }

  /**
   * Hidden states of a packed batch; call it inside `scope` or `valueAndGrad`, which free the intermediate tensors.
   *
   * @returns After the final norm, [tokens, model].
   * @throws {RangeError} If an id is outside the vocabulary or a sequence is longer than `config.maxTokens`.
   */
  forward(batch: PackedBatch, options: ForwardOptions = {}): Tensor {
    const { dropoutKey, gradientCheckpointing, onAttention, onHidden, embeddings, headMasks } = options;
    const { localAttention: local, rotaryTheta } = this.config;
    this.#check(batch);
    const context: ForwardContext = {
      layout: { kind: "packed", cuSeqlens: batch.cuSeqlens },
      dropout: dropoutKey && { key: dropoutKey, rows: this.#onDevice(dropoutRows(batch)) },
      rotary: this.#rotary(batch, rotaryTheta),
      gradientCheckpointing,
      onAttention,
      onHidden,
    };
    const embedded = scope(() => {
      const tokens = embeddings ?? this.embedding.forward(this.#onDevice(batch.ids)); // [tokens, model]
      let x = this.#positioned(tokens, batch);
      if (this.typeEmbedding) x = add(x, this.typeEmbedding.forward(this.#onDevice(this.#typeIds(batch))));
      return dropoutAt(this.embeddingNorm?.forward(x) ?? x, this.config.dropout, context, "embedding");
    });
    const nearby = local && { window: local.window, rotary: this.#rotary(batch, local.rotaryTheta) };
    const x = this.encoder.forward(embedded, context, (layer) => ({
      ...(local && layer % local.globalEvery !== 0 ? nearby : {}),
      headMask: headMasks?.[layer],
    }));
    return this.finalNorm?.forward(x) ?? x;
  }

  /** Frees the parameters and the table of positions. */
  override [Symbol.dispose](): void {
    this.#positionTable?.dispose();
    super[Symbol.dispose]();
  }

  #onDevice(values: Int32Array | Float32Array, shape?: Shape): Tensor {
    return tensor(values, shape, { backend: this.embedding.weight.backend });
  }

  /** Embeddings with what tells their places, unless the layers do. */
  #positioned(x: Tensor, { positions }: PackedBatch): Tensor {
    const { positions: kind, positionOffset, maxTokens, modelSize } = this.config;
    const rows = (table: Tensor, offset: number) =>
      gather(table, this.#onDevice(positions.map((at) => at + offset)));
    switch (kind) {
      case "sinusoidal":
        this.#positionTable ??= keep(
          this.#onDevice(sinusoidalTable(maxTokens, modelSize), [maxTokens, modelSize]),
        );
        return add(x, rows(this.#positionTable, 0));
      case "learned":
        return add(x, rows(this.positionEmbedding!.weight, positionOffset));
      case "rotary":
      case "none":
        return x;
    }
  }

  #rotary({ positions }: PackedBatch, theta: number): ForwardContext["rotary"] {
    const { headDim, positions: kind, rotaryPairs: pairs } = this.config;
    if (kind !== "rotary") return undefined;
    const { cos, sin } = rotaryAngles(positions, headDim, theta);
    const shape = [positions.length, headDim / 2];
    return { cos: this.#onDevice(cos, shape), sin: this.#onDevice(sin, shape), pairs };
  }

  #typeIds({ typeIds }: PackedBatch): Int32Array {
    if (!this.config.pairTypes) return new Int32Array(typeIds.length);
    checkIds(typeIds, this.config.typeVocabSize, "type id");
    return typeIds;
  }

  #check({ ids, cuSeqlens }: PackedBatch): void {
    const { vocabSize, maxTokens } = this.config;
    checkIds(ids, vocabSize, "token id");
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

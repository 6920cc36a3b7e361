import { add, checkIds, gather, keep, type Key, scope, type Tensor, tensor } from "@taxon/tensor";
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
  type StateEntry,
} from "@taxon/nn";
import { dropoutRows, type NgramCounts, type PackedBatch } from "./batch.ts";
import type { EncoderClassifierConfig } from "./config.ts";
import { NgramBranch } from "./ngram_branch.ts";
import { pool } from "./pool.ts";

/** What a forward pass may do besides computing logits. */
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
 * An encoder classifier: embeddings with positions, the encoder, pooling, and a head. Without other settings it is the
 * article's; BERT, DistilBERT, RoBERTa and ModernBERT are other points of the same configuration space.
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
  readonly embeddingNorm?: LayerNorm;
  readonly encoder: Encoder;
  readonly finalNorm?: LayerNorm;
  readonly headDense?: Linear;
  readonly headNorm?: LayerNorm;
  readonly head: Linear;
  /** Adds its own logits to those of the head. */
  readonly ngrams?: NgramBranch;
  /** Fixed sinusoidal rows, uploaded at first use. */
  #positionTable?: Tensor;

  constructor(readonly config: EncoderClassifierConfig) {
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
    if (config.finalNorm !== "none") {
      this.finalNorm = new LayerNorm(modelSize, { affine: config.finalNorm === "affine", eps, bias });
    }
    if (config.headActivation !== "none") this.headDense = new Linear(modelSize, modelSize, { bias });
    if (config.headNorm) this.headNorm = new LayerNorm(modelSize, { eps, bias });
    this.head = new Linear(modelSize, config.labels.length);
    if (config.ngramRows > 0) this.ngrams = new NgramBranch(config.ngramRows, config.labels.length);
  }

  /**
   * Runs a packed batch; call it inside `scope` or `valueAndGrad`, which free the intermediate tensors.
   *
   * @throws {RangeError} If an id is outside the vocabulary or a sequence is longer than `config.maxTokens`.
   * @throws {TypeError} If the model has an n-gram branch and a text no n-grams.
   */
  forward(batch: PackedBatch, options: ForwardOptions = {}): ForwardResult {
    const { dropoutKey, gradientCheckpointing, onAttention, onHidden, embeddings, headMasks } = options;
    const { localAttention: local, positionOffset, rotaryTheta } = this.config;
    this.#check(batch);
    const onDevice = (ids: Int32Array) =>
      tensor(ids, [ids.length], { backend: this.embedding.weight.backend });
    const context: ForwardContext = {
      layout: { kind: "packed", cuSeqlens: batch.cuSeqlens },
      dropout: dropoutKey && { key: dropoutKey, rows: onDevice(dropoutRows(batch)) },
      rotary: this.#rotary(batch, rotaryTheta),
      gradientCheckpointing,
      onAttention,
      onHidden,
    };
    const embedded = scope(() => {
      let x = embeddings ?? this.embedding.forward(onDevice(batch.ids)); // [tokens, model]
      if (this.config.positions === "sinusoidal") {
        x = add(x, gather(this.#sinusoids(), onDevice(batch.positions)));
      }
      if (this.positionEmbedding) {
        x = add(
          x,
          this.positionEmbedding.forward(onDevice(batch.positions.map((at) => at + positionOffset))),
        );
      }
      if (this.typeEmbedding) x = add(x, this.typeEmbedding.forward(onDevice(this.#typeIds(batch))));
      return dropoutAt(this.embeddingNorm?.forward(x) ?? x, this.config.dropout, context, "embedding");
    });
    const nearby = local && { window: local.window, rotary: this.#rotary(batch, local.rotaryTheta) };
    const x = this.encoder.forward(embedded, context, (layer) => ({
      ...(local && layer % local.globalEvery !== 0 ? nearby : {}),
      headMask: headMasks?.[layer],
    }));
    const hidden = this.finalNorm?.forward(x) ?? x;
    const pooled = pool(hidden, batch, this.config); // [sequences, model]
    const deep = this.classify(pooled, batch.examples, dropoutKey);
    return { hidden, pooled, logits: this.ngrams ? add(deep, this.ngrams.forward(ngramsOf(batch))) : deep };
  }

  /**
   * The head alone: logits [sequences, labels] of pooled vectors [sequences, model].
   *
   * @param examples Place of each vector in the logical batch, which dropout follows.
   */
  classify(pooled: Tensor, examples: Int32Array, dropoutKey?: Key): Tensor {
    const { headActivation, headDropout } = this.config;
    const rows = () =>
      tensor(examples.map((example) => example << 16), undefined, { backend: pooled.backend });
    const dense = this.headDense?.forward(pooled, headActivation) ?? pooled;
    const features = this.headNorm?.forward(dense) ?? dense;
    const context = { dropout: dropoutKey && { key: dropoutKey, rows: rows() } };
    return this.head.forward(dropoutAt(features, headDropout, context, "head"));
  }

  override loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    super.loadStateDict(state);
    this.ngrams?.setBuckets(state.get("ngrams.buckets")!.data);
  }

  override [Symbol.dispose](): void {
    this.#positionTable?.dispose();
    super[Symbol.dispose]();
  }

  #sinusoids(): Tensor {
    const { maxTokens, modelSize } = this.config;
    return this.#positionTable ??= keep(
      tensor(sinusoidalTable(maxTokens, modelSize), [maxTokens, modelSize], {
        backend: this.embedding.weight.backend,
      }),
    );
  }

  #rotary({ positions }: PackedBatch, theta: number): ForwardContext["rotary"] {
    const { headDim, positions: kind, rotaryPairs: pairs } = this.config;
    if (kind !== "rotary") return undefined;
    const { cos, sin } = rotaryAngles(positions, headDim, theta);
    const onDevice = (angles: Float32Array) =>
      tensor(angles, [positions.length, headDim / 2], { backend: this.embedding.weight.backend });
    return { cos: onDevice(cos), sin: onDevice(sin), pairs };
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

function ngramsOf({ ngrams, examples }: PackedBatch): NgramCounts[] {
  return Array.from(examples, (_, text) => {
    const counts = ngrams?.[text];
    if (counts) return counts;
    throw new TypeError(
      `Cannot classify text ${text}: the model has an n-gram branch, and the text comes without n-grams; ` +
        `give what countNgrams() counts, or empty maps for none`,
    );
  });
}

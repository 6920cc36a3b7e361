import { add, type Key, type Tensor, tensor } from "@taxon/tensor";
import { dropoutAt, LayerNorm, Linear, Module, type StateEntry } from "@taxon/nn";
import type { NgramCounts } from "@taxon/decision";
import type { PackedBatch } from "./batch.ts";
import type { EncoderClassifierConfig } from "./config.ts";
import { EncoderModel, type ForwardOptions } from "./encoder_model.ts";
import { NgramBranch } from "./ngram_branch.ts";
import { pool } from "./pool.ts";

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
 * A classifier of texts: the encoder, pooling, and a head, beside which a model on n-grams may stand. Without other
 * settings it is the article's.
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
  /** From ids to hidden states; the rest makes logits of them. */
  readonly base: EncoderModel;
  /** In front of the head, [model] → [model]; absent where `headActivation` is "none". */
  readonly headDense?: Linear;
  /** Behind `headDense`; absent unless `headNorm` is set. */
  readonly headNorm?: LayerNorm;
  /** From the pooled vector to logits, [model] → [labels]. */
  readonly head: Linear;
  /** Adds its own logits to those of the head. */
  readonly ngrams?: NgramBranch;

  /** Makes a model of zeros on the current backend, to be filled by `initialize` or `loadStateDict`. */
  constructor(readonly config: EncoderClassifierConfig) {
    super();
    const { modelSize, bias, normEps: eps } = config;
    this.base = new EncoderModel(config);
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
    const hidden = this.base.forward(batch, options);
    const pooled = pool(hidden, batch, this.config); // [sequences, model]
    const deep = this.classify(pooled, batch.examples, options.dropoutKey);
    return { hidden, pooled, logits: this.ngrams ? add(deep, this.ngrams.forward(ngramsOf(batch))) : deep };
  }

  /**
   * The head alone: logits [sequences, labels] of pooled vectors [sequences, model].
   *
   * @param examples Place of each vector in the logical batch, which dropout follows.
   */
  classify(pooled: Tensor, examples: Int32Array, dropoutKey?: Key): Tensor {
    const rows = () =>
      tensor(examples.map((example) => example << 16), undefined, { backend: pooled.backend });
    const context = { dropout: dropoutKey && { key: dropoutKey, rows: rows() } };
    return this.head.forward(dropoutAt(this.features(pooled), this.config.headDropout, context, "head"));
  }

  /** What the last layer of the head reads of pooled vectors; [sequences, model] both. */
  features(pooled: Tensor): Tensor {
    const dense = this.headDense?.forward(pooled, this.config.headActivation) ?? pooled;
    return this.headNorm?.forward(dense) ?? dense;
  }

  /** Those of the encoder stand beside those of the head, as in files: `embedding`, not `base.embedding`. */
  override namedFields(): [string, unknown][] {
    const { base, ...own } = this;
    return [...base.namedFields(), ...Object.entries(own)];
  }

  /**
   * As `Module.loadStateDict`; tells the n-gram branch its buckets as well.
   *
   * @throws {RangeError} If a bucket of the n-gram branch is none, or they do not rise.
   */
  override loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    super.loadStateDict(state);
    this.ngrams?.setBuckets(state.get("ngrams.buckets")!.data);
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

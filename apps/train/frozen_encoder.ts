import type { PreparedSplit } from "./prepare.ts";
import { type EncoderClassifier, predictPooled } from "@taxon/model";
import { type Key, scope, type Tensor, tensor } from "@taxon/tensor";

/** The texts of a split as an encoder that is not trained sees them: computed once, then only the head runs. */
export class PooledTexts {
  readonly #model: EncoderClassifier;
  readonly #rows: Float32Array; // [texts, modelSize]

  private constructor(model: EncoderClassifier, rows: Float32Array) {
    this.#model = model;
    this.#rows = rows;
  }

  /** Runs the encoder over all texts of a split. */
  static async of(
    model: EncoderClassifier,
    { texts }: Pick<PreparedSplit, "texts">,
    onProgress: (share: number) => void = () => {},
  ): Promise<PooledTexts> {
    const onBatch = (done: number) => onProgress(done / texts.length);
    const rows = await predictPooled(model, texts, { onBatch });
    onProgress(1);
    return new PooledTexts(model, rows);
  }

  /** Logits of some of the texts, [indices, labels]; as `TaskOptions.logits` wants it. */
  logits(indices: Int32Array, places: Int32Array, dropoutKey?: Key): Tensor {
    const { modelSize } = this.#model.config;
    const rows = new Float32Array(indices.length * modelSize);
    indices.forEach((index, i) => {
      rows.set(this.#rows.subarray(index * modelSize, (index + 1) * modelSize), i * modelSize);
    });
    const pooled = tensor(rows, [indices.length, modelSize], { backend: this.#model.head.weight.backend });
    return this.#model.classify(pooled, places, dropoutKey);
  }

  /** Logits of all texts, the same bits as `predictLogits` gives. */
  async allLogits(): Promise<Float32Array> {
    const count = this.#rows.length / this.#model.config.modelSize;
    const indices = Int32Array.from({ length: count }, (_, i) => i);
    using logits = scope(() => this.logits(indices, new Int32Array(count)));
    return await logits.data();
  }
}

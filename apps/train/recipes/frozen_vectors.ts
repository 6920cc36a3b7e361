import type { BeginPhase } from "@taxon/app-shared";
import { type EncodedText, type EncoderClassifier, predictFeatures } from "@taxon/model";

/** What an encoder that is not trained makes of texts; of each text once, whoever asks how often. */
export class FrozenVectors {
  readonly #model: EncoderClassifier;
  readonly #beginPhase: BeginPhase;
  readonly #known = new Map<EncodedText, Float32Array>();

  /** @param model As it is when it is asked. */
  constructor(model: EncoderClassifier, beginPhase: BeginPhase) {
    this.#model = model;
    this.#beginPhase = beginPhase;
  }

  /** Vectors of texts, [texts, modelSize]. */
  async of(texts: readonly EncodedText[]): Promise<Float32Array> {
    const { modelSize } = this.#model.config;
    const unknown = texts.filter((text) => !this.#known.has(text));
    if (unknown.length > 0) {
      const onProgress = this.#beginPhase("Vectors");
      const rows = await predictFeatures(this.#model, unknown, {
        onBatch: (done) => onProgress(done / unknown.length),
      });
      onProgress(1);
      unknown.forEach((text, i) => this.#known.set(text, rows.subarray(i * modelSize, (i + 1) * modelSize)));
    }
    const vectors = new Float32Array(texts.length * modelSize);
    texts.forEach((text, i) => vectors.set(this.#known.get(text)!, i * modelSize));
    return vectors;
  }
}

import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";
import type { Normalizer } from "./normalizer.ts";

/** Several normalizers, one after another. */
export class NormalizerSequence implements Normalizer {
  constructor(readonly normalizers: readonly Normalizer[]) {}

  normalize(source: AlignedText): AlignedText {
    return this.normalizers.reduce(
      (text, normalizer, i) =>
        text.budget.run(`.normalizers[${i}]`, normalizer, text.text.length, () => normalizer.normalize(text)),
      source,
    );
  }

  toJson(): JsonObject {
    return { type: "Sequence", normalizers: this.normalizers.map((normalizer) => normalizer.toJson()) };
  }
}

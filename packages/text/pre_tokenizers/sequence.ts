import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";

/** Several pre-tokenizers; each splits further what the one before it left. */
export class PreTokenizerSequence implements PreTokenizer {
  readonly readsPlace: boolean;

  constructor(readonly preTokenizers: readonly PreTokenizer[]) {
    this.readsPlace = preTokenizers.some((preTokenizer) => preTokenizer.readsPlace);
  }

  split(source: AlignedText): AlignedText[] {
    return this.preTokenizers.reduce(
      (pieces, preTokenizer, i) => {
        const size = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
        const split = () => pieces.flatMap((piece) => preTokenizer.split(piece));
        return source.budget.run(`.pretokenizers[${i}]`, preTokenizer, size, split);
      },
      source.text === "" ? [] : [source],
    );
  }

  toJson(): JsonObject {
    return {
      type: "Sequence",
      pretokenizers: this.preTokenizers.map((preTokenizer) => preTokenizer.toJson()),
    };
  }
}

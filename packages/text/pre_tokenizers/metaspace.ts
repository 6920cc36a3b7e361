import type { AlignedText } from "../aligned_text.ts";
import type { MetaspaceOptions } from "../metaspace_options.ts";
import { writeMetaspaceOptions } from "../metaspace_options.ts";
import type { JsonObject } from "../json.ts";
import { occurrences } from "./match_split.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitByMatches } from "./split_behavior.ts";

/** Writes spaces as ▁ and starts a word at each of them, as SentencePiece does. */
export class MetaspacePreTokenizer implements PreTokenizer {
  readonly readsPlace: boolean;

  constructor(readonly options: MetaspaceOptions) {
    this.readsPlace = options.prependScheme === "first";
  }

  split(source: AlignedText): AlignedText[] {
    const { replacement, split } = this.options;
    let text = source.replace(/ /g, () => replacement);
    if (!text.text.startsWith(replacement) && this.#prepends(source)) text = text.prepend(replacement);
    if (!split) return [text];
    return splitByMatches(text, occurrences(text.text, replacement), "MergedWithNext");
  }

  toJson(): JsonObject {
    return writeMetaspaceOptions(this.options);
  }

  #prepends(source: AlignedText): boolean {
    const { prependScheme } = this.options;
    return prependScheme === "always" || (prependScheme === "first" && source.starts![0] === 0);
  }
}

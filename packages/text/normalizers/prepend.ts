import type { AlignedText } from "../aligned_text.ts";
import type { JsonObject } from "../json.ts";
import type { Normalizer } from "./normalizer.ts";

/** Puts a string before each text that is not empty. */
export class Prepend implements Normalizer {
  constructor(readonly prefix: string) {}

  normalize(source: AlignedText): AlignedText {
    return source.prepend(this.prefix);
  }

  toJson(): JsonObject {
    return { type: "Prepend", prepend: this.prefix };
  }
}

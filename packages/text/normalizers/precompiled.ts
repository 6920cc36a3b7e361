import type { AlignedText, CharacterChange } from "../aligned_text.ts";
import type { JsonObject, ObjectReader } from "../json.ts";
import { Charsmap } from "./charsmap.ts";
import type { Normalizer } from "./normalizer.ts";

const PLAIN = /^[ -~]*$/;
const MAX_BYTES = 5; // of a grapheme that is looked up as a whole

const utf8 = new TextEncoder();

/**
 * The normalizer that a SentencePiece model carries with it, as Python `tokenizers` applies it: graphemes of a few
 * bytes are looked up as a whole, then character by character.
 */
export class Precompiled implements Normalizer {
  readonly #charsmap: Charsmap;
  readonly #graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

  /** @param base64 The compiled rules, as in {@linkcode Charsmap}. */
  constructor(readonly base64: string) {
    this.#charsmap = new Charsmap(base64);
  }

  static read(this: void, fields: ObjectReader): Precompiled {
    return new Precompiled(fields.string("precompiled_charsmap"));
  }

  normalize(source: AlignedText): AlignedText {
    const changes: CharacterChange[] = [];
    let modified = false;
    let length = 0;
    for (const grapheme of this.#graphemesOf(source.text)) {
      const whole = utf8.encode(grapheme).length <= MAX_BYTES
        ? this.#charsmap.replacement(grapheme)
        : undefined;
      for (const part of whole === undefined ? grapheme : [grapheme]) {
        const replacement = whole ?? this.#charsmap.replacement(part);
        modified ||= replacement !== undefined;
        length += (replacement ?? part).length;
        source.budget.checkGrowth(length - source.text.length);
        if (replacement === undefined) changes.push({ character: part, taken: 1 });
        else replace(changes, Array.from(part).length, replacement);
      }
    }
    return modified ? source.transform(changes) : source;
  }

  toJson(): JsonObject {
    return { type: "Precompiled", precompiled_charsmap: this.base64 };
  }

  *#graphemesOf(text: string): Iterable<string> {
    if (PLAIN.test(text)) yield* text;
    else for (const { segment } of this.#graphemes.segment(text)) yield segment;
  }
}

/**
 * Appends a replacement of `count` characters. Its characters take one each; the last one takes those that are left.
 * Of an empty replacement the character before takes them, at the start of a text nothing does, as in Python.
 */
function replace(changes: CharacterChange[], count: number, replacement: string): void {
  const characters = Array.from(replacement);
  characters.forEach((character, i) => changes.push({ character, taken: i < count ? 1 : 0 }));
  const last = changes.at(-1);
  if (last && characters.length < count) last.taken += count - characters.length;
}

import { foldIn, type Key, uniformAt } from "@taxon/tensor";
import type { EncodedText } from "./batch.ts";

/** A text to learn the language from. */
export interface MaskableText extends EncodedText {
  /** Places of its ordinary tokens, at least one: special tokens are not masked. */
  readonly ordinary: readonly number[];
}

/** What stands in the place of masked tokens. */
export interface Masking {
  /** Id of `[MASK]`. */
  readonly maskId: number;
  /** Random tokens have ids below it. */
  readonly vocabSize: number;
}

/** A text of which some tokens are hidden. */
export interface MaskedText extends EncodedText {
  /** Places of the hidden tokens. */
  readonly places: readonly number[];
  /** What stood there. */
  readonly answers: readonly number[];
}

/** Tokens that are hidden of a text: 15 % of the ordinary ones, at least one (Devlin et al. 2019, section 3.1). */
export function maskedCount({ ordinary }: Pick<MaskableText, "ordinary">): number {
  return Math.max(1, Math.round(0.15 * ordinary.length));
}

/**
 * Hides tokens of a text: of ten, eight become `[MASK]`, one any token, and one stays as it is (Devlin et al. 2019,
 * appendix A.1). Which ones is a function of key and row alone.
 *
 * @param row Tells this text from others under the same key.
 */
export function maskTokens(
  text: MaskableText,
  { maskId, vocabSize }: Masking,
  key: Key,
  row: number,
): MaskedText {
  const draw = (purpose: string) => {
    const stream = foldIn(key, purpose);
    return (place: number) => uniformAt(stream, row, place);
  };
  const [order, kind, other] = [draw("order"), draw("kind"), draw("other")];
  const places = text.ordinary.toSorted((a, b) => order(a) - order(b)).slice(0, maskedCount(text));
  const ids = Int32Array.from(text.ids);
  for (const place of places) {
    const drawn = kind(place);
    if (drawn < 0.8) ids[place] = maskId;
    else if (drawn < 0.9) ids[place] = Math.floor(other(place) * vocabSize);
  }
  return { ids, typeIds: text.typeIds, places, answers: places.map((place) => text.ids[place]) };
}

import type { JsonObject } from "../json.ts";
import type { OffsetTrimming } from "../offset_trimming.ts";

/** One place in the final sequence: the tokens of a text, or special tokens. */
export type TemplatePiece =
  | { readonly sequence: 0 | 1; readonly typeId: number }
  | { readonly specialIds: readonly number[]; readonly typeId: number };

/** Says where the special tokens of one text or a pair go, and what offsets leave out. */
export interface PostProcessor {
  /** `undefined` if it adds no special tokens. */
  template(isPair: boolean): readonly TemplatePiece[] | undefined;
  /** Applied to the offsets in turn; default none. */
  readonly trimmings?: readonly OffsetTrimming[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

/** Looks up a token, special or not. */
export type TokenLookup = (token: string) => number | undefined;

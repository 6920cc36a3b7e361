import { type Json, type JsonObject, readComponent } from "../json.ts";
import { BertProcessing } from "./bert.ts";
import { TemplateProcessing } from "./template.ts";

/** One place in the final sequence: the tokens of a text, or special tokens. */
export type TemplatePiece =
  | { readonly sequence: 0 | 1; readonly typeId: number }
  | { readonly specialIds: readonly number[]; readonly typeId: number };

/** Says where the special tokens of one text or a pair go. */
export interface PostProcessor {
  template(isPair: boolean): readonly TemplatePiece[];
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

/** Looks up a token, special or not. */
export type TokenLookup = (token: string) => number | undefined;

/** Reads the `post_processor` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readPostProcessor(
  json: Json | undefined,
  path: string,
  tokenToId: TokenLookup,
): PostProcessor {
  return readComponent<PostProcessor>(json, path, {
    BertProcessing: (fields) => BertProcessing.read(fields, tokenToId),
    TemplateProcessing: (fields) => TemplateProcessing.read(fields, tokenToId),
  });
}

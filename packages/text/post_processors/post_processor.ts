import { type Json, type JsonObject, readComponent } from "../json.ts";
import type { OffsetTrimming } from "../offset_trimming.ts";
import { readByteLevelOptions } from "../pre_tokenizers/byte_level.ts";
import { BertProcessing } from "./bert.ts";
import { ByteLevelProcessing } from "./byte_level.ts";
import { RobertaProcessing } from "./roberta.ts";
import { PostProcessorSequence } from "./sequence.ts";
import { TemplateProcessing } from "./template.ts";

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

/** Reads the `post_processor` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readPostProcessor(
  json: Json | undefined,
  path: string,
  tokenToId: TokenLookup,
): PostProcessor {
  return readComponent<PostProcessor>(json, path, {
    ByteLevel: (fields) => new ByteLevelProcessing(readByteLevelOptions(fields)),
    BertProcessing: (fields) => BertProcessing.read(fields, tokenToId),
    RobertaProcessing: (fields) => RobertaProcessing.read(fields, tokenToId),
    Sequence: (fields) =>
      new PostProcessorSequence(
        fields.list("processors").map((item, i) =>
          readPostProcessor(item, `${fields.path}.processors[${i}]`, tokenToId)
        ),
      ),
    TemplateProcessing: (fields) => TemplateProcessing.read(fields, tokenToId),
  });
}

import { type Json, readComponent } from "../json.ts";
import { readByteLevelOptions } from "../pre_tokenizers/byte_level.ts";
import { BertProcessing } from "./bert.ts";
import { ByteLevelProcessing } from "./byte_level.ts";
import type { PostProcessor, TokenLookup } from "./post_processor.ts";
import { RobertaProcessing } from "./roberta.ts";
import { PostProcessorSequence } from "./sequence.ts";
import { TemplateProcessing } from "./template.ts";

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

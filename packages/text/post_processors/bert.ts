import { type JsonObject, type ObjectReader, show } from "../json.ts";
import type { PostProcessor, TemplatePiece, TokenLookup } from "./post_processor.ts";
import { checkSpecialToken } from "./template.ts";

/** A special token as `BertProcessing` and `RobertaProcessing` name it. */
export type TokenAndId = readonly [token: string, id: number];

/** BERT's fixed template: `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, type id 1 from B on. */
export class BertProcessing implements PostProcessor {
  readonly #single: TemplatePiece[];
  readonly #pair: TemplatePiece[];

  constructor(readonly sep: TokenAndId, readonly cls: TokenAndId) {
    this.#single = [
      { specialIds: [cls[1]], typeId: 0 },
      { sequence: 0, typeId: 0 },
      { specialIds: [sep[1]], typeId: 0 },
    ];
    this.#pair = [...this.#single, { sequence: 1, typeId: 1 }, { specialIds: [sep[1]], typeId: 1 }];
  }

  static read(this: void, fields: ObjectReader, tokenToId: TokenLookup): BertProcessing {
    return new BertProcessing(
      readTokenAndId(fields, "sep", tokenToId),
      readTokenAndId(fields, "cls", tokenToId),
    );
  }

  template(isPair: boolean): readonly TemplatePiece[] {
    return isPair ? this.#pair : this.#single;
  }

  toJson(): JsonObject {
    return { type: "BertProcessing", sep: [...this.sep], cls: [...this.cls] };
  }
}

/** Reads `[token, id]` and checks it against the vocabulary. */
export function readTokenAndId(fields: ObjectReader, key: string, tokenToId: TokenLookup): TokenAndId {
  const entry = fields.list(key);
  const path = `${fields.path}.${key}`;
  if (entry.length !== 2) {
    throw new SyntaxError(`Cannot load tokenizer: ${path} is ${show(entry)}, expected [token, id]`);
  }
  checkSpecialToken(entry[0], entry[1], path, tokenToId);
  return entry as [string, number];
}

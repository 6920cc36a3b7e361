import type { JsonObject, ObjectReader } from "../json.ts";
import type { OffsetTrimming } from "../offset_trimming.ts";
import { readTokenAndId, type TokenAndId } from "./bert.ts";
import type { PostProcessor, TemplatePiece, TokenLookup } from "./post_processor.ts";

/** RoBERTa's fixed template: `<s> A </s>` and `<s> A </s></s> B </s>`, type id 0 throughout. */
export class RobertaProcessing implements PostProcessor {
  readonly trimmings: readonly OffsetTrimming[];
  readonly #single: TemplatePiece[];
  readonly #pair: TemplatePiece[];

  constructor(
    readonly sep: TokenAndId,
    readonly cls: TokenAndId,
    readonly trimOffsets: boolean,
    readonly addPrefixSpace: boolean,
  ) {
    this.trimmings = trimOffsets ? [{ addPrefixSpace }] : [];
    const end: TemplatePiece = { specialIds: [sep[1]], typeId: 0 };
    this.#single = [{ specialIds: [cls[1]], typeId: 0 }, { sequence: 0, typeId: 0 }, end];
    this.#pair = [...this.#single, end, { sequence: 1, typeId: 0 }, end];
  }

  static read(this: void, fields: ObjectReader, tokenToId: TokenLookup): RobertaProcessing {
    return new RobertaProcessing(
      readTokenAndId(fields, "sep", tokenToId),
      readTokenAndId(fields, "cls", tokenToId),
      fields.boolean("trim_offsets"),
      fields.boolean("add_prefix_space"),
    );
  }

  template(isPair: boolean): readonly TemplatePiece[] {
    return isPair ? this.#pair : this.#single;
  }

  toJson(): JsonObject {
    return {
      type: "RobertaProcessing",
      sep: [...this.sep],
      cls: [...this.cls],
      trim_offsets: this.trimOffsets,
      add_prefix_space: this.addPrefixSpace,
    };
  }
}

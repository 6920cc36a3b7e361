import { type Json, type JsonObject, ObjectReader, show } from "../json.ts";
import type { PostProcessor, TemplatePiece, TokenLookup } from "./post_processor.ts";

/** A piece of a template as written: the text `A` or `B`, or a special token by its name. */
export type NamedPiece =
  | { readonly sequence: "A" | "B"; readonly typeId: number }
  | { readonly special: string; readonly typeId: number };

/** What a special token's name in a template stands for. */
export interface SpecialTokens {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
}

/** Places special tokens by one template for single texts and one for pairs. */
export class TemplateProcessing implements PostProcessor {
  readonly #single: TemplatePiece[];
  readonly #pair: TemplatePiece[];

  /**
   * @param single Template of one text.
   * @param pair Template of two texts.
   * @param specialTokens The special tokens that the templates name.
   * @throws {SyntaxError} If a template names a special token that `specialTokens` lacks.
   */
  constructor(
    readonly single: readonly NamedPiece[],
    readonly pair: readonly NamedPiece[],
    readonly specialTokens: ReadonlyMap<string, SpecialTokens>,
  ) {
    this.#single = single.map((piece) => this.#resolve(piece));
    this.#pair = pair.map((piece) => this.#resolve(piece));
    if (this.#single.some((piece) => "sequence" in piece && piece.sequence === 1)) {
      throw new SyntaxError("Cannot use template: the one for a single text names the second text");
    }
  }

  static read(this: void, fields: ObjectReader, tokenToId: TokenLookup): TemplateProcessing {
    const specialTokens = new Map<string, SpecialTokens>();
    const table = fields.object("special_tokens");
    for (const [name, json] of table.entries()) {
      specialTokens.set(name, readSpecialTokens(name, json, `${table.path}[${show(name)}]`, tokenToId));
    }
    const template = (key: string) =>
      fields.list(key).map((piece, i) => readPiece(piece, `${fields.path}.${key}[${i}]`));
    return new TemplateProcessing(template("single"), template("pair"), specialTokens);
  }

  template(isPair: boolean): readonly TemplatePiece[] {
    return isPair ? this.#pair : this.#single;
  }

  toJson(): JsonObject {
    const specialTokens: [string, JsonObject][] = [...this.specialTokens].map((
      [id, { ids, tokens }],
    ) => [id, { id, ids: [...ids], tokens: [...tokens] }]);
    return {
      type: "TemplateProcessing",
      single: this.single.map(writePiece),
      pair: this.pair.map(writePiece),
      special_tokens: Object.fromEntries(specialTokens),
    };
  }

  #resolve(piece: NamedPiece): TemplatePiece {
    if ("sequence" in piece) return { sequence: piece.sequence === "A" ? 0 : 1, typeId: piece.typeId };
    const special = this.specialTokens.get(piece.special);
    if (!special) {
      const known = [...this.specialTokens.keys()].map(show).join(", ");
      throw new SyntaxError(
        `Cannot use template: special token ${show(piece.special)} is not one of ${known}`,
      );
    }
    return { specialIds: special.ids, typeId: piece.typeId };
  }
}

function readPiece(json: Json, path: string): NamedPiece {
  const piece = new ObjectReader(json, path);
  const kind = Object.keys(json as JsonObject)[0] ?? "";
  if (kind !== "Sequence" && kind !== "SpecialToken") {
    throw new SyntaxError(
      `Cannot load tokenizer: ${path} is ${show(json)}, expected a Sequence or SpecialToken`,
    );
  }
  const fields = piece.object(kind);
  piece.done();
  const named: NamedPiece = kind === "Sequence"
    ? { sequence: fields.oneOf("id", ["A", "B"]), typeId: fields.count("type_id") }
    : { special: fields.string("id"), typeId: fields.count("type_id") };
  fields.done();
  return named;
}

function writePiece(piece: NamedPiece): JsonObject {
  return "sequence" in piece
    ? { Sequence: { id: piece.sequence, type_id: piece.typeId } }
    : { SpecialToken: { id: piece.special, type_id: piece.typeId } };
}

function readSpecialTokens(name: string, json: Json, path: string, tokenToId: TokenLookup): SpecialTokens {
  const fields = new ObjectReader(json, path);
  const id = fields.string("id");
  const ids = fields.list("ids") as number[];
  const tokens = fields.list("tokens") as string[];
  fields.done();
  if (id !== name) {
    throw new SyntaxError(`Cannot load tokenizer: ${path}.id is ${show(id)}, expected ${show(name)}`);
  }
  if (ids.length !== tokens.length || ids.length === 0) {
    throw new SyntaxError(`Cannot load tokenizer: ${path} has ${ids.length} ids for ${tokens.length} tokens`);
  }
  tokens.forEach((token, i) => checkSpecialToken(token, ids[i], path, tokenToId));
  return { ids, tokens };
}

/** @throws {SyntaxError} If `token` is not in the vocabulary, or not with that id. */
export function checkSpecialToken(token: Json, id: Json, path: string, tokenToId: TokenLookup): void {
  const expected = typeof token === "string" ? tokenToId(token) : undefined;
  if (expected === undefined) {
    throw new SyntaxError(
      `Cannot load tokenizer: ${path} names ${show(token)}, which is not in the vocabulary`,
    );
  }
  if (expected !== id) {
    throw new SyntaxError(
      `Cannot load tokenizer: ${path} gives ${show(token)} the id ${
        show(id)
      }, the vocabulary has ${expected}`,
    );
  }
}

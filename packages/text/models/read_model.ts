import { type Json, type JsonObject, readComponent } from "../json.ts";
import { Bpe } from "./bpe.ts";
import type { Model } from "./model.ts";
import { Unigram } from "./unigram.ts";
import { WordLevel } from "./word_level.ts";
import { WordPiece } from "./word_piece.ts";

/** Reads the `model` of a tokenizer.json; a new kind is a file beside this one and a line here. */
export function readModel(json: Json | undefined, path: string): Model {
  return readComponent<Model>(withType(json), path, {
    BPE: Bpe.read,
    Unigram: Unigram.read,
    WordLevel: WordLevel.read,
    WordPiece: WordPiece.read,
  });
}

/** Files from before tokenizers 0.9 (those of GPT-2 and RoBERTa, for example) leave the type of the model to be seen. */
function withType(json: Json | undefined): Json | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json) || Object.hasOwn(json, "type")) {
    return json;
  }
  return { type: typeByFields(json), ...json };
}

function typeByFields(model: JsonObject): string {
  if (Object.hasOwn(model, "merges")) return "BPE";
  if (Array.isArray(model.vocab)) return "Unigram";
  return Object.hasOwn(model, "max_input_chars_per_word") ? "WordPiece" : "WordLevel";
}

import type { Budget } from "../budget.ts";
import { type Json, type JsonObject, readComponent } from "../json.ts";
import { Bpe } from "./bpe.ts";
import { Unigram } from "./unigram.ts";
import { WordLevel } from "./word_level.ts";
import { WordPiece } from "./word_piece.ts";

/**
 * Called once a token, in order: its id and its range in the word, in UTF-16 units; `surface` is what the token reads
 * if that is not its entry in the vocabulary.
 */
export type TokenSink = (id: number, start: number, end: number, surface?: string) => void;

/** Turns a word into tokens of a fixed vocabulary. */
export interface Model {
  /** Number of tokens; ids run from 0 to below it, except where the file leaves gaps. */
  readonly size: number;
  /** @param budget Pays for looking up, and for tokens beyond one a character. */
  tokenize(word: string, sink: TokenSink, budget: Budget): void;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** Its form in a tokenizer.json. */
  toJson(): JsonObject;
}

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

import type { Budget } from "../budget.ts";
import type { JsonObject } from "../json.ts";

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

/**
 * Text to token ids and back, and to counts of hashed n-grams: strings and JSON in, typed arrays out.
 *
 * @example Train a tokenizer, encode, and find the tokens in the original text
 * ```ts
 * import { Tokenizer, trainWordPiece } from "@taxon/text";
 * import { assertEquals } from "@std/assert";
 *
 * const trained = trainWordPiece(["Where is the printer?", "The printer is on fire!"], { vocabSize: 70 });
 * const file = JSON.stringify(trained.toJson()); // a tokenizer.json, as Python tokenizers reads it
 *
 * const tokenizer = Tokenizer.fromJson(file);
 * const text = "🔥 THE printer";
 * const encoding = tokenizer.encode(text);
 * assertEquals(encoding.tokens, ["[CLS]", "[UNK]", "the", "printer", "[SEP]"]);
 * assertEquals(encoding.offsetsUtf16.map(([start, end]) => text.slice(start, end)), ["", "🔥", "THE", "printer", ""]);
 * assertEquals(tokenizer.decode(encoding.ids), "the printer");
 * ```
 *
 * @module
 */
export type { AddedToken } from "./added_tokens.ts";
export { Encoding, type Filling } from "./encoding.ts";
export type { Json, JsonObject } from "./json.ts";
export { NGRAM_RULES, ngramCharacter, type NgramCharacterKind } from "./ngram_rules.ts";
export { countNgrams, joinPair, type NgramOccurrence, visitNgrams } from "./ngrams.ts";
export type { Offsets } from "./offset_trimming.ts";
export type { Padding } from "./padding.ts";
export { type EncodeInput, type EncodeOptions, Tokenizer } from "./tokenizer.ts";
export { trainWordPiece, type WordPieceTrainerOptions } from "./training/word_piece_trainer.ts";
export type { Truncation, TruncationStrategy } from "./truncation.ts";

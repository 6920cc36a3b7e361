import type { AddedToken } from "./added_tokens.ts";
import { assemble } from "./assemble.ts";
import { Budget } from "./budget.ts";
import { totalLength } from "./decoders/sequence.ts";
import type { Encoding, TokenSequence } from "./encoding.ts";
import type { Json, JsonObject } from "./json.ts";
import { paddedLength, type Padding } from "./padding.ts";
import { Pipeline } from "./pipeline.ts";
import type { PostProcessor, TemplatePiece } from "./post_processors/post_processor.ts";
import { readTokenizerJson, writeTokenizerJson } from "./tokenizer_json.ts";
import type { TokenizerParts } from "./tokenizer_parts.ts";
import type { Truncation } from "./truncation.ts";

/** What a call of {@linkcode Tokenizer.encode} may set. */
export interface EncodeOptions {
  /** Put the special tokens of the post-processor around the texts; default true. */
  readonly addSpecialTokens?: boolean;
  /** Cut to a length; `null` for not at all. Default: as the tokenizer.json says. */
  readonly truncation?: Truncation | null;
  /** Fill up to a length; `null` for not at all. Default: as the tokenizer.json says. */
  readonly padding?: Padding | null;
  /**
   * Where tokens are cut off on the right anyway, stop reading a text soon after them: the encoding is the same, but
   * its `truncatedTokens` counts only what was read, and nothing else overflows. Default false.
   */
  readonly stopEarly?: boolean;
  /** Find the places of tokens at once, which costs less than asking for them later; default false. */
  readonly offsets?: boolean;
}

/** A text, or two that a model takes together. */
export type EncodeInput = string | readonly [text: string, pair: string];

/** What a token stands for in the budget of decoding, in characters. */
const DECODED_LENGTH = 8;

/** Without a post-processor the texts follow each other, type id 1 for the second. */
const PLAIN_TEMPLATE: readonly TemplatePiece[] = [{ sequence: 0, typeId: 0 }, { sequence: 1, typeId: 1 }];

/**
 * Text to token ids and back, as a `tokenizer.json` of Hugging Face `tokenizers` describes it.
 *
 * The steps: added tokens are found in the text, the rest is normalized and split into words, the model turns
 * words into tokens, the sequence is truncated, the post-processor adds special tokens, a batch is padded.
 */
export class Tokenizer {
  readonly #parts: TokenizerParts;
  readonly #pipeline: Pipeline;
  readonly #addedIds: ReadonlyMap<string, number>;
  readonly #addedTokens: ReadonlyMap<number, AddedToken>;

  /** Puts a tokenizer together; {@linkcode Tokenizer.fromJson} reads one from a file's text. */
  constructor(parts: TokenizerParts) {
    this.#parts = parts;
    this.#pipeline = new Pipeline(parts);
    const added = parts.addedTokens ?? [];
    this.#addedIds = new Map(added.map((token) => [token.content, token.id]));
    this.#addedTokens = new Map(added.map((token) => [token.id, token]));
  }

  /**
   * Reads a tokenizer.json, given as text or parsed.
   *
   * @throws {SyntaxError} If it does not parse, is inconsistent, or has a setting that is not supported here.
   */
  static fromJson(json: string | object): Tokenizer {
    return new Tokenizer(readTokenizerJson(typeof json === "string" ? JSON.parse(json) : json as Json));
  }

  /** The tokenizer.json, to be written with `JSON.stringify`; Python `tokenizers` reads it. */
  toJson(): JsonObject {
    return writeTokenizerJson(this.#parts);
  }

  /** Number of tokens, added ones included. */
  get vocabSize(): number {
    const { model } = this.#parts;
    let size = model.size;
    for (const content of this.#addedIds.keys()) if (model.tokenToId(content) === undefined) size++;
    return size;
  }

  /** The id of a token, `undefined` if there is none. */
  tokenToId(token: string): number | undefined {
    return this.#addedIds.get(token) ?? this.#parts.model.tokenToId(token);
  }

  /** The token of an id, `undefined` if there is none. */
  idToToken(id: number): string | undefined {
    return this.#addedTokens.get(id)?.content ?? this.#parts.model.idToToken(id);
  }

  /**
   * Encodes a text, or a text and its pair.
   *
   * @param text Any string; a lone surrogate counts as U+FFFD.
   * @param pair The second text of a pair; an empty string is a text, too.
   * @throws {RangeError} If the truncation asked for is impossible.
   */
  encode(text: string, pair?: string, options: EncodeOptions = {}): Encoding {
    return this.#pad([this.#encode(text, pair, options)], options)[0];
  }

  /** Encodes several inputs; only padding to the longest one makes this differ from encoding each by itself. */
  encodeBatch(inputs: readonly EncodeInput[], options: EncodeOptions = {}): Encoding[] {
    const encodings = inputs.map((input) =>
      typeof input === "string"
        ? this.#encode(input, undefined, options)
        : this.#encode(input[0], input[1], options)
    );
    return this.#pad(encodings, options);
  }

  /**
   * Puts the text of token ids together. What the normalizer changed stays changed.
   *
   * @param ids Token ids.
   * @param options.skipSpecialTokens Leave special tokens out; default true.
   * @throws {RangeError} If an id is not in the vocabulary.
   */
  decode(ids: ArrayLike<number>, options: { skipSpecialTokens?: boolean } = {}): string {
    const skip = options.skipSpecialTokens ?? true;
    const shown = Array.from(ids).filter((id) => !(skip && this.#addedTokens.get(id)?.special));
    const tokens = shown.map((id) => this.#token(id));
    const { decoder, model } = this.#parts;
    const length = totalLength(tokens);
    const budget = new Budget(DECODED_LENGTH * tokens.length, () => `decode ${tokens.length} tokens`);
    budget.run("model", model, tokens.length, () => budget.grow(length - DECODED_LENGTH * tokens.length));
    if (!decoder) return tokens.join(" ");
    return budget.run("decoder", decoder, length, () => decoder.decode(tokens, budget)).join("");
  }

  #encode(text: string, pair: string | undefined, options: EncodeOptions): Encoding {
    const texts = pair === undefined ? [text] : [text, pair];
    const truncation = options.truncation === undefined
      ? this.#parts.truncation
      : options.truncation ?? undefined;
    const most = options.stopEarly && truncation ? mostThatMatter(texts.length, truncation) : Infinity;
    const reading = { most, offsets: options.offsets };
    const sequences = texts.map((text) => this.#pipeline.tokenize(text, this.#parts.model, reading));
    const template = this.#template(texts.length, options.addSpecialTokens ?? true);
    const { postProcessor } = this.#parts;
    const trimmings = postProcessor?.trimmings ?? [];
    if (postProcessor) checkTemplate(postProcessor, template, sequences);
    return assemble(sequences, template, trimmings, truncation, (id) => this.#token(id));
  }

  #template(texts: number, addSpecialTokens: boolean): readonly TemplatePiece[] {
    const template = this.#parts.postProcessor?.template(texts === 2) ?? PLAIN_TEMPLATE.slice(0, texts);
    return addSpecialTokens ? template : template.filter((piece) => "sequence" in piece);
  }

  #pad(encodings: Encoding[], options: EncodeOptions): Encoding[] {
    const padding = options.padding === undefined ? this.#parts.padding : options.padding;
    if (!padding) return encodings;
    const { padId = 0, padTypeId = 0, padToken = "[PAD]", direction = "right" } = padding;
    const length = paddedLength(encodings.map((encoding) => encoding.length), padding);
    return encodings.map((encoding) => encoding.pad(length, { padId, padTypeId, padToken, direction }));
  }

  #token(id: number): string {
    const token = this.idToToken(id);
    if (token === undefined) {
      throw new RangeError(`Cannot find token ${id}: the vocabulary has ${this.vocabSize} tokens`);
    }
    return token;
  }
}

/** @throws {RangeError} If the template repeats the texts, or special tokens, beyond measure. */
function checkTemplate(
  postProcessor: PostProcessor,
  template: readonly TemplatePiece[],
  sequences: readonly TokenSequence[],
): void {
  const given = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const made = template.reduce(
    (sum, piece) =>
      sum + ("specialIds" in piece ? piece.specialIds.length : sequences[piece.sequence].ids.length),
    0,
  );
  const budget = new Budget(given, () => `put special tokens around ${given} tokens`);
  budget.run("post_processor", postProcessor, template.length, () => budget.grow(made - given));
}

/**
 * With more tokens than this, how many more there are makes no difference to what is kept. Of a pair the longer text
 * gets the odd token of the room, so that both have to be counted.
 */
function mostThatMatter(texts: number, { maxLength, direction, strategy }: Truncation): number {
  const settled = texts === 1 && direction !== "left" && strategy !== "only_second";
  return settled ? maxLength : Infinity;
}

import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

/** Settings of {@linkcode WordPieceDecoder}. */
export interface WordPieceDecoderOptions {
  /** Marks tokens that continue a word; default `##`. */
  prefix?: string;
  /** Take out the spaces before punctuation and English contractions; default true. */
  cleanup?: boolean;
}

/** Replaced in this order, in each token with the space before it. */
const CLEANUPS: readonly [string, string][] = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" do not", " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/** Joins word pieces: continuations without their prefix, other tokens after a space. */
export class WordPieceDecoder implements Decoder {
  readonly prefix: string;
  readonly cleanup: boolean;

  constructor(options: WordPieceDecoderOptions = {}) {
    this.prefix = options.prefix ?? "##";
    this.cleanup = options.cleanup ?? true;
  }

  decode(tokens: readonly string[]): string[] {
    return tokens.map((token, i) => {
      if (i > 0) token = token.startsWith(this.prefix) ? token.slice(this.prefix.length) : ` ${token}`;
      return this.cleanup ? CLEANUPS.reduce((text, [from, to]) => text.replaceAll(from, to), token) : token;
    });
  }

  toJson(): JsonObject {
    return { type: "WordPiece", prefix: this.prefix, cleanup: this.cleanup };
  }
}

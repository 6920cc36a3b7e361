import type { Encoding } from "./encoding.ts";
import type { EncodeOptions, Tokenizer } from "./tokenizer.ts";
import type { Truncation } from "./truncation.ts";

/** What happens to a text of more tokens than a model takes: the end is cut off, or it is refused. */
export type LongTextPolicy = "truncate" | "error";

/** How long a text a model takes, and what happens to a longer one; part of the model's configuration. */
export interface TokenLimit {
  /** Most tokens, special tokens included. */
  readonly maxTokens: number;
  /** Default in configurations: `truncate`. */
  readonly longText: LongTextPolicy;
  /** The end that is cut off; default `right`. */
  readonly direction?: Truncation["direction"];
}

/**
 * Encodes a text or a pair for a model that takes up to `limit.maxTokens` tokens.
 *
 * @param options How the tokenizer reads.
 * @returns The encoding; its `truncated` says whether tokens were cut off, `truncatedTokens` how many.
 * @throws {RangeError} If the text is longer and the policy is `error`.
 */
export function encodeWithin(
  tokenizer: Tokenizer,
  limit: TokenLimit,
  text: string,
  pair?: string,
  options?: Pick<EncodeOptions, "stopEarly" | "offsets">,
): Encoding {
  const { maxTokens, longText, direction } = limit;
  const encoding = tokenizer.encode(text, pair, {
    ...options,
    padding: null,
    truncation: { maxLength: maxTokens, direction },
  });
  if (longText === "error" && encoding.truncated) {
    throw new RangeError(
      `Cannot encode a text of ${
        encoding.length + encoding.truncatedTokens
      } tokens: the model takes ${maxTokens}; ` +
        `shorten the text or set longText to "truncate"`,
    );
  }
  return encoding;
}

import { type EncodedInput, encodeInput, type EncodingConfig } from "@taxon/classifier";
import type { UnreadText } from "@taxon/serving";
import type { Tokenizer } from "@taxon/text";

/** A text as the model takes it, and how many tokens were read of it: all, or more than the model takes. */
export function readText(
  tokenizer: Tokenizer,
  { ngramRows, maxTokens }: EncodingConfig,
  { input, options: { countAll, ...options } }: UnreadText,
): { encoded: EncodedInput; totalTokens: number } {
  const config = { ngramRows, maxTokens, longText: "truncate" } as const; // the server refuses by itself
  const { encoded, encoding } = encodeInput(tokenizer, config, input, { ...options, stopEarly: !countAll });
  return { encoded, totalTokens: encoding.length + encoding.truncatedTokens };
}

import { assertEquals, assertThrows } from "@std/assert";
import { trainWordPiece } from "@taxon/text";
import { encodeInput } from "./mod.ts";

const tokenizer = trainWordPiece(["one two three four", "one two three four"]);

Deno.test("encodeInput() truncates a long text and says so", () => {
  const config = { maxTokens: 4, longText: "truncate", ngramRows: 0 } as const;
  const { encoding, encoded } = encodeInput(tokenizer, config, { text: "one two three four" });
  assertEquals(encoding.tokens, ["[CLS]", "one", "two", "[SEP]"]);
  assertEquals([encoded.truncated, encoding.truncatedTokens], [true, 2]);
});

Deno.test("encodeInput() refuses a long text under the policy error, naming count and limit", () => {
  const config = { maxTokens: 5, longText: "error", ngramRows: 0 } as const;
  for (const input of [{ text: "one two three four" }, { text: "one two", textPair: "three" }]) {
    assertThrows(() => encodeInput(tokenizer, config, input), RangeError, "6 tokens: the model takes 5");
  }
  assertEquals(encodeInput(tokenizer, config, { text: "one two three" }).encoded.ids.length, 5);
});

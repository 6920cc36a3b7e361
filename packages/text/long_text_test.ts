import { assertEquals, assertThrows } from "@std/assert";
import { encodeWithin, trainWordPiece } from "./mod.ts";

const tokenizer = trainWordPiece(["one two three four", "one two three four"]);

Deno.test("encodeWithin() truncates a long text and says so", () => {
  const encoding = encodeWithin(tokenizer, { maxTokens: 4, longText: "truncate" }, "one two three four");
  assertEquals(encoding.tokens, ["[CLS]", "one", "two", "[SEP]"]);
  assertEquals([encoding.truncated, encoding.truncatedTokens], [true, 2]);
});

Deno.test("encodeWithin() refuses a long text under the policy error, naming count and limit", () => {
  const limit = { maxTokens: 5, longText: "error" } as const;
  assertThrows(
    () => encodeWithin(tokenizer, limit, "one two three four"),
    RangeError,
    "6 tokens: the model takes 5",
  );
  assertThrows(
    () => encodeWithin(tokenizer, limit, "one two", "three"),
    RangeError,
    "6 tokens: the model takes 5",
  );
  assertEquals(encodeWithin(tokenizer, limit, "one two three").length, 5);
});

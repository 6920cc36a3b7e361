import { assertEquals } from "@std/assert";
import { type Tokenizer, trainWordPiece } from "./mod.ts";

// Each text would take minutes to hours, or overflow the stack, with a step that is quadratic or recursive.
const tokenizer: Tokenizer = trainWordPiece(["a plain text, and another plain text."], { vocabSize: 60 });

const texts: [what: string, text: string, tokens: number][] = [
  ["10 MB of one letter", "a".repeat(1e7), 1],
  ["10 MB of spaces", " ".repeat(1e7), 0],
  ["a million NULs", "\0".repeat(1e6), 0],
  ["a million combining marks of alternating class", "e" + "\u0301\u0323".repeat(5e5), 1],
  ["a million marks that decompose into two classes", "\u0f73".repeat(1e6), 0],
  ["a million lone surrogates", "\ud83d".repeat(1e6), 0],
  ["a million emoji", "😀".repeat(1e6), 1],
  ["special tokens without end", "[CLS".repeat(1e5), 2e5],
  ["words that are nearly too long", ("a".repeat(99) + " ").repeat(2e4), 2e4 * 99],
];
for (const [what, text, tokens] of texts) {
  Deno.test(`Tokenizer encodes ${what} in linear time`, () => {
    const encoding = tokenizer.encode(text, undefined, { addSpecialTokens: false });
    assertEquals(encoding.length, tokens);
    assertEquals(encoding.offsets.length, tokens);
  });
}

Deno.test("Tokenizer truncates a pair of endless texts without building every pair of windows", () => {
  const text = "a ".repeat(1e6);
  const encoding = tokenizer.encode(text, text, { truncation: { maxLength: 5 } });
  assertEquals([encoding.length, encoding.truncatedTokens], [5, 2e6 - 2]);
});

Deno.test("trainWordPiece() takes hostile texts", () => {
  const trained = trainWordPiece(["", "a".repeat(1e6), "\ud83d\0", "e" + "\u0301".repeat(1e5), "ab ab"], {});
  assertEquals(trained.encode("ab").tokens, ["[CLS]", "ab", "[SEP]"]);
});

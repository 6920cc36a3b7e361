import { assertEquals } from "@std/assert";
import { Tokenizer, trainWordPiece } from "./mod.ts";

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

/** The model alone, so that the whole text is one word. */
const models: [name: string, model: object][] = [
  ["BPE", {
    type: "BPE",
    vocab: { a: 0, b: 1, aa: 2, ab: 3, aaaa: 4, "😀": 5 },
    merges: [["a", "a"], ["aa", "aa"], ["a", "b"]],
  }],
  ["Unigram", {
    type: "Unigram",
    unk_id: 0,
    vocab: [["<unk>", 0], ["a", -1], ["aa", -1.5], ["ab", -1], ["aaaa", -3]],
  }],
];
for (const [name, model] of models) {
  Deno.test(`a ${name} tokenizer encodes a word of a million letters in less than quadratic time`, () => {
    const tokenizer = Tokenizer.fromJson({ version: "1.0", added_tokens: [], model });
    assertEquals(tokenizer.encode("aaaa".repeat(250_000)).length, 250_000);
    assertEquals(tokenizer.encode("ab".repeat(500_000)).length, 500_000);
    assertEquals(tokenizer.encode("😀a".repeat(300_000)).offsets.length, 600_000);
  });
}

Deno.test("Tokenizer splits by a regular expression that backtracks without end elsewhere", () => {
  const pre_tokenizer = {
    type: "Split",
    pattern: { Regex: "(\\w+\\s?)+$" },
    behavior: "Isolated",
    invert: false,
  };
  const model = { type: "WordLevel", unk_token: "[UNK]", vocab: { "[UNK]": 0 } };
  const tokenizer = Tokenizer.fromJson({ version: "1.0", added_tokens: [], pre_tokenizer, model });
  assertEquals(tokenizer.encode("a".repeat(1e5) + "!").length, 1);
});

Deno.test("Tokenizer truncates a pair of endless texts without building every pair of windows", () => {
  const text = "a ".repeat(1e6);
  const encoding = tokenizer.encode(text, text, { truncation: { maxLength: 5 } });
  assertEquals([encoding.length, encoding.truncatedTokens], [5, 2e6 - 2]);
});

Deno.test("trainWordPiece() takes hostile texts", () => {
  const trained = trainWordPiece(["", "a".repeat(1e6), "\ud83d\0", "e" + "\u0301".repeat(1e5), "ab ab"], {});
  assertEquals(trained.encode("ab").tokens, ["[CLS]", "ab", "[SEP]"]);
});

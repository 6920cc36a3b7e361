import { assertEquals, assertThrows } from "@std/assert";
import { Tokenizer, trainWordPiece } from "../mod.ts";

// Sennrich et al. 2016, section 3.2: the words of their worked example.
const WORDS = ["low ".repeat(5), "lower ".repeat(2), "newest ".repeat(6), "widest ".repeat(3)];

Deno.test("trainWordPiece() joins the most frequent pairs first", () => {
  const letters = trainWordPiece(WORDS, { minFrequency: 100 });
  // es 9, est 9, then lo 7 and low 7; ties go to the lower ids, and l is before n and w.
  const joined = trainWordPiece(WORDS, { vocabSize: letters.vocabSize + 4 });
  const added = Array.from({ length: 4 }, (_, i) => joined.idToToken(letters.vocabSize + i));
  assertEquals(new Set(added.slice(0, 2)), new Set(["##es", "##est"]));
  assertEquals(added.slice(2), ["lo", "low"]);
});

Deno.test("trainWordPiece() puts the special tokens first", () => {
  const tokenizer = trainWordPiece(WORDS, { additionalSpecialTokens: ["[URL]", "[PAD]"] });
  const first = Array.from({ length: 6 }, (_, id) => tokenizer.idToToken(id));
  assertEquals(first, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[URL]"]);
  assertEquals(tokenizer.encode("low[URL]").ids.length, 4);
});

Deno.test("trainWordPiece() does not depend on the order of texts", () => {
  const forward = trainWordPiece(WORDS).toJson();
  assertEquals(trainWordPiece(WORDS.toReversed()).toJson(), forward);
});

Deno.test("trainWordPiece() keeps case and accents on request", () => {
  const texts = ["Müller Müller", "müller"];
  assertEquals(trainWordPiece(texts).encode("MULLER").tokens, ["[CLS]", "muller", "[SEP]"]);
  const cased = trainWordPiece(texts, { lowercase: false });
  assertEquals(cased.encode("Müller").tokens, ["[CLS]", "Müller", "[SEP]"]);
});

Deno.test("trainWordPiece() keeps only the most frequent letters", () => {
  const tokenizer = trainWordPiece(["aaa bbb aaa zb"], { limitAlphabet: 2 });
  assertEquals(tokenizer.encode("zb ab").tokens[1], "[UNK]");
  assertEquals(tokenizer.tokenToId("z"), undefined);
});

Deno.test("trainWordPiece() refuses a vocabulary without room for the letters", () => {
  assertThrows(
    () => trainWordPiece(["abc def"], { vocabSize: 8 }),
    RangeError,
    "raise vocabSize to at least 15",
  );
});

Deno.test("trainWordPiece() writes a tokenizer.json that reads back the same", () => {
  const trained = trainWordPiece(WORDS);
  const read = Tokenizer.fromJson(JSON.stringify(trained.toJson()));
  assertEquals(read.toJson(), trained.toJson());
  assertEquals(read.encode("The lowest, newer!").ids, trained.encode("The lowest, newer!").ids);
});

Deno.test("trainWordPiece() with whole words turns rare words into [UNK]", () => {
  const options = { vocabulary: "words", minFrequency: 3 } as const;
  const tokenizer = trainWordPiece(WORDS, options);
  assertEquals(tokenizer.encode("newest low lower lowest").tokens.slice(1, -1), [
    "newest",
    "low",
    "[UNK]", // lower occurs twice
    "[UNK]",
  ]);
  assertEquals(trainWordPiece(WORDS, { ...options, vocabSize: 6 }).idToToken(5), "newest"); // the most frequent
  assertEquals(Tokenizer.fromJson(JSON.stringify(tokenizer.toJson())).toJson(), tokenizer.toJson());
});

Deno.test("trainWordPiece() tells how far it is, ends where that is refused, and learns the same", () => {
  const shares: number[] = [];
  const told = trainWordPiece(WORDS, { onProgress: (share) => shares.push(share) });
  assertEquals(told.toJson(), trainWordPiece(WORDS).toJson());
  assertEquals(shares, shares.toSorted((a, b) => a - b));
  const onProgress = (share: number) => {
    if (share > 0.5) throw new Error("stopped");
  };
  assertThrows(() => trainWordPiece(WORDS, { onProgress }), Error, "stopped");
});

import { assertEquals } from "@std/assert";
import { countNgrams, Tokenizer, trainWordPiece } from "@taxon/text";
import { ngramsOf, placedNgrams } from "./ngrams.ts";

const tokenizer: Tokenizer = trainWordPiece(["the river bank is closed today"], { vocabulary: "words" });
const encode = (text: string, pair?: string, maxLength = 20) =>
  tokenizer.encode(text, pair, { truncation: { maxLength } });

Deno.test("ngramsOf() counts the n-grams of a whole text, and of a cut one those of what is left", () => {
  const text = "the river bank is closed";
  assertEquals(ngramsOf({ text }, encode(text)), countNgrams(text));
  assertEquals(ngramsOf({ text }, encode(text, undefined, 5)), countNgrams("the river bank"));
});

Deno.test("placedNgrams() finds the tokens of each n-gram, in both texts of a pair", () => {
  const input = { text: "the bank", textPair: "is closed" }; // [CLS] the bank [SEP] is closed [SEP]
  const placed = placedNgrams(input, encode(input.text, input.textPair));
  const words = placed.filter(({ block }) => block === "words").map(({ tokens }) => tokens);
  // the | ^ the | bank | the bank | ␞ | bank ␞ | is | ␞ is | closed | is closed | closed $
  assertEquals(words, [[1], [1], [2], [1, 2], [0], [2], [4], [4], [5], [4, 5], [5]]);
  const counted = ngramsOf(input, encode(input.text, input.textPair))!;
  assertEquals(
    placed.length,
    [...counted.words.values(), ...counted.characters.values()].reduce((a, b) => a + b),
  );
});

Deno.test("placedNgrams() counts places from where a cut text begins", () => {
  const text = "today the bank";
  const encoding = tokenizer.encode(text, undefined, { truncation: { maxLength: 4, direction: "left" } });
  const words = placedNgrams({ text }, encoding).filter(({ block }) => block === "words");
  assertEquals(words.map(({ tokens }) => tokens), [[1], [1], [2], [1, 2], [2]]); // the bank
});

import { assertEquals } from "@std/assert";
import { lowerCase, ngramCharacter } from "./ngram_rules.ts";
import { countNgrams, joinPair, type NgramOccurrence, visitNgrams } from "./ngrams.ts";

const total = (counts: Map<number, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);

Deno.test("countNgrams() counts the same character n-grams as scikit-learn's char_wb", () => {
  const { characters } = countNgrams("ab a"); // " a" twice, "ab", "b ", " ab", "ab ", " ab ", "a ", " a "
  assertEquals([characters.size, total(characters)], [8, 9]);
});

Deno.test("countNgrams() counts words, pairs of words, and the words at both ends", () => {
  const { words } = countNgrams("Why, why?"); // why ×2  ,  ?  ^why  why,  ,why  why?  ?$
  assertEquals([words.size, total(words)], [8, 9]);
});

Deno.test("countNgrams() ignores case and knows letters of every script", () => {
  assertEquals(countNgrams("ÉTÉ Привет"), countNgrams("été привет"));
  assertEquals(countNgrams("हिन्दी").words.size, 3); // one word of letters and marks, alone and at both ends
});

Deno.test("countNgrams() reads Σ alike at the end of a word and within", () => {
  assertEquals(countNgrams("ΟΔΟΣ"), countNgrams("οδος"));
  assertEquals(countNgrams("ΟΔΟΣ ΟΔΟΣΑ"), countNgrams("οδος οδοσα"));
});

Deno.test("countNgrams() passes over zeros as over spaces", () => {
  assertEquals(countNgrams("to be\0\0\0"), countNgrams("to be"));
  assertEquals(countNgrams("to\0be"), countNgrams("to be"));
});

Deno.test("ngramCharacter() says of each code point what countNgrams() makes of it", () => {
  for (let code = 0; code < 0x110000; code++) {
    const character = String.fromCodePoint(code);
    const { lower, kind } = ngramCharacter(code);
    const around = lowerCase(`a${character} ${character}b`); // Σ depends on its neighbours in toLowerCase()
    assertEquals(around, `a${String.fromCodePoint(lower)} ${String.fromCodePoint(lower)}b`);
    if (code % 97 > 0) continue;
    const words: number = { space: 2, letter: 1, mark: 3 }[kind]; // of "a?a", with n pairs and the one at the end
    assertEquals(total(countNgrams(`a${character}a`).words), 2 * words + 1, `U+${code.toString(16)}`);
  }
});

Deno.test("countNgrams() takes empty and very long texts", () => {
  assertEquals(countNgrams("").characters.size, 0);
  assertEquals(total(countNgrams("a".repeat(100_000)).words), 3);
});

Deno.test("visitNgrams() says where each n-gram stands, in the text as it was given", () => {
  const text = "İt costs 5 €";
  const seen: NgramOccurrence[] = [];
  visitNgrams(text, (occurrence) => seen.push(occurrence));
  const stretches = (block: string) =>
    seen.filter((occurrence) => occurrence.block === block).map(({ start, end }) => text.slice(start, end));
  assertEquals(stretches("words"), [
    ...["İt", "İt", "costs", "İt costs", "5", "costs 5", "€", "5 €", "€"], // the second and the last stand at an end
  ]);
  assertEquals(stretches("characters").slice(0, 6), ["İ", "İt", "İt", "İt", "İt", "t"]); // spaces around are not in the text
});

Deno.test("joinPair() keeps single texts and marks where the second begins", () => {
  assertEquals(joinPair("a"), "a");
  assertEquals(joinPair("a", "b"), "a ␞ b");
});

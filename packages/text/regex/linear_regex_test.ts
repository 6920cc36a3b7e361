import { assertEquals, assertThrows } from "@std/assert";
import { LinearRegex } from "./linear_regex.ts";

/** Every text of up to five of these letters. */
function texts(letters: string[], length = 5): string[] {
  if (length === 0) return [""];
  const shorter = texts(letters, length - 1);
  const longest = shorter.filter((text) => Array.from(text).length === length - 1);
  return [...shorter, ...longest.flatMap((text) => letters.map((letter) => text + letter))];
}

const patterns = [
  "a",
  "a|ab|b",
  "(?:a|ab)(?:c|bcd)?",
  "a*b",
  "a*?b",
  "a+?|b",
  "(?:a|b)*c",
  "(?:a*b)+",
  "a{2}",
  "a{1,2}b",
  "a{1,2}?b",
  "(a|ab|b){2,}",
  "b(?!a)",
  "(?<=a)b",
  "(?<!a)b|a(?=b)",
  "[^b]+",
  "[ac-e]+b?",
  "😀+",
  "[^😀a]",
  "(?i:A)b|B",
  "\\bb",
  "a?b?",
  "a??b",
  "(?:a?b)*c",
];

Deno.test("LinearRegex finds what JavaScript's backtracking finds", () => {
  for (const pattern of patterns) {
    const regex = new LinearRegex(pattern);
    for (const text of texts(["a", "b", "c", "😀"])) {
      const expected = [...text.matchAll(new RegExp(pattern, "gu"))]
        .map((match) => [match.index, match.index + match[0].length])
        .filter(([start, end], i, all) => start !== end || start !== all[i - 1]?.[1]); // as Oniguruma's iterator
      assertEquals(regex.matches(text), expected as [number, number][], `${pattern} in ${text}`);
    }
  }
});

const catastrophic = [
  "(a+)*b",
  "(?:a|a)*b",
  "(a+)+$|b",
  "(?:a?){40}a{40}",
  "(?:\\w+\\s?)+!",
  "a*a*a*a*a*a*c",
];
for (const pattern of catastrophic) {
  Deno.test(`LinearRegex takes linear time for ${pattern}, which backtracks without end elsewhere`, () => {
    new LinearRegex(pattern).matches("a".repeat(1e5) + "#");
  });
}

Deno.test("LinearRegex compiles a repetition of nothing without repeating", () => {
  assertEquals(new LinearRegex("(?:(?:(?:){99999}){99999}){99999}a").matches("a"), [[0, 1]]);
});

Deno.test("LinearRegex gives nothing back with a possessive quantifier", () => {
  const found = (pattern: string, text: string) => new LinearRegex(pattern).matches(text);
  assertEquals(found("a++a", "aaa"), []);
  assertEquals(found("a*+b", "aab"), [[0, 3]]);
  assertEquals(found("a?+a", "a"), []);
  assertEquals(found("a?+b", "ab b"), [[0, 2], [3, 4]]);
});

Deno.test("LinearRegex reads the spellings of Oniguruma", () => {
  const found = (pattern: string, text: string) =>
    new LinearRegex(pattern).matches(text).map(([a, b]) => text.slice(a, b));
  assertEquals(found("\\p{Han}+", "a東京b"), ["東京"]);
  assertEquals(found("[\\p{^L}]", "a1b"), ["1"]);
  assertEquals(found("\\s", "a\u0085b\ufeffc"), ["\u0085"]);
  assertEquals(found("\\x{6771}|\\x41", "A東"), ["A", "東"]);
  assertEquals(found("{a}", "{a}"), ["{a}"]);
  assertEquals(found("a{,2}b", "aaab"), ["aab"]);
  assertEquals(found("(?i)é", "É"), ["É"]);
  assertEquals(found("^a$", "a\na"), ["a", "a"]);
  assertEquals(found("[^\\S\\n]+", "a \n"), [" "]);
});

const refused: [pattern: string, message: string][] = [
  ["(a)\\1", "\\1, which is not supported"],
  ["a(?=bc)", "(?= with more than one character"],
  ["(?>a)", "a kind of group that is not supported"],
  ["(a", "a group without )"],
  ["a)", "an unmatched )"],
  ["[a", "an end in the middle"],
  ["*a", "a quantifier of nothing"],
  ["a**", "a quantifier of a quantifier"],
  ["a{2,1}", "a repetition from 2 to 1"],
  ["[a-c&&b]", "a class in a class"],
  ["(a*)*b", "an endless repetition of what may be empty"],
  ["(?i)ß", "a letter of two capitals in (?i)"],
  ["[b-a]", "out of order"],
  ["\\p{Klingon}", `the unknown property "Klingon"`],
  ["(?:a{1000}){1000}", "more than 8192 steps"],
  ["(".repeat(60), "more than 50 nested groups"],
];
for (const [pattern, message] of refused) {
  Deno.test(`LinearRegex refuses ${pattern.slice(0, 20)}, saying why`, () => {
    assertThrows(() => new LinearRegex(pattern), SyntaxError, message);
  });
}

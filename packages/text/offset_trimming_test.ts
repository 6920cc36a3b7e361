import { assertEquals } from "@std/assert";
import { trimmedSpan } from "./offset_trimming.ts";

const plain = { addPrefixSpace: false };

Deno.test("trimmedSpan() leaves out the white space at both ends of a token", () => {
  assertEquals(trimmedSpan([1, 4], "a  b", "ĠĠb", false, plain), [3, 4]);
  assertEquals(trimmedSpan([0, 4], " <x> ", " <x>", true, plain), [1, 4]);
  assertEquals(trimmedSpan([0, 3], "a  ", "aĠĠ", true, plain), [0, 1]);
  assertEquals(trimmedSpan([1, 3], "a  b", "ĠĠ", false, plain), [3, 3]);
});

Deno.test("trimmedSpan() keeps the first character where a space was put before the text", () => {
  assertEquals(trimmedSpan([0, 1], "a b", "Ġa", true, { addPrefixSpace: true }), [0, 1]);
  assertEquals(trimmedSpan([1, 3], "a b", "Ġb", false, { addPrefixSpace: true }), [2, 3]);
});

Deno.test("trimmedSpan() steps over characters, not halves of them", () => {
  assertEquals(trimmedSpan([0, 4], "😀😀", "Ġ😀", false, plain), [2, 4]);
  assertEquals(trimmedSpan([0, 4], "😀😀", "😀Ġ", false, plain), [0, 2]);
});

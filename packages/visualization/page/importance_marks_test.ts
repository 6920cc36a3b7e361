import { assertEquals } from "@std/assert";
import type { ExplainedToken } from "@taxon/decision";
import { stretches } from "./importance_marks.ts";

const token = (start: number, end: number, sequence: 0 | 1 = 0): ExplainedToken => ({
  text: "",
  special: false,
  sequence,
  start,
  end,
});
const special: ExplainedToken = { text: "[CLS]", special: true, sequence: null, start: null, end: null };

Deno.test("stretches() cuts the original text at tokens and loses no character of it", () => {
  const text = "  Ein 😀  Fluss!";
  const tokens = [special, token(2, 5), token(6, 8), token(10, 13), token(13, 15), token(0, 3, 1), special];
  const cut = stretches(text, 0, tokens, [9, 1, 2, 3, 4, 5, 9]);
  assertEquals(cut.map(({ text }) => text), ["  ", "Ein", " ", "😀", "  ", "Flu", "ss", "!"]);
  assertEquals(cut.map(({ token }) => token), [null, 1, null, 2, null, 3, 4, null]);
  assertEquals(cut.map(({ value }) => value), [0, 1, 0, 2, 0, 3, 4, 0]);
  assertEquals(cut.map(({ text }) => text).join(""), text);
});

Deno.test("stretches() shows the part behind a cut as text without importance", () => {
  assertEquals(stretches("read unread", 0, [token(0, 4)], [1]).map(({ token }) => token), [0, null]);
});

Deno.test("stretches() takes the tokens of the text asked for", () => {
  const cut = stretches("second", 1, [token(0, 3), token(0, 6, 1)], [1, 2]);
  assertEquals(cut, [{ text: "second", token: 1, value: 2 }]);
});

import { assertEquals } from "@std/assert";
import { visible, visibleLine } from "./visible.ts";

const unsafe: [what: string, text: string, shown: string][] = [
  ["a colour", "\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["the title of a window", "\x1b]0;pwned\x07", "\\x1b]0;pwned\\x07"],
  ["a sequence of one C1 character", "\x9b2J", "\\x9b2J"],
  ["a return that overwrites the line", "bad\rgood", "bad\\rgood"],
  ["backspaces and NUL", "a\b\0\x7f", "a\\x08\\x00\\x7f"],
  ["a right-to-left override", "a\u202egnp.exe", "a\\u202egnp.exe"],
  ["an isolate and a separator", "\u2067x\u2069\u2028", "\\u2067x\\u2069\\u2028"],
];
for (const [what, text, shown] of unsafe) {
  Deno.test(`visible() and visibleLine() escape ${what}`, () => {
    assertEquals(visible(text), shown);
    assertEquals(visibleLine(text), shown);
  });
}

Deno.test("visible() leaves lines and tabs, visibleLine() escapes them", () => {
  assertEquals(visible("a\tb\nc\r\nd"), "a\tb\nc\r\nd");
  assertEquals(visibleLine("a\tb\nc\r\nd"), "a\\tb\\nc\\r\\nd");
});

Deno.test("visible() leaves letters of all scripts, their joiners, and emoji", () => {
  const text = "naïve е 字 مرحبا می‌خواهم שלום 👩‍👩‍👧 🏳️‍🌈 \u00a0\u00ad";
  assertEquals([visible(text), visibleLine(text)], [text, text]);
});

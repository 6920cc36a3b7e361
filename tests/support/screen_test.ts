import { assertEquals, assertThrows } from "@std/assert";
import { Screen } from "./screen.ts";

/** A screen of 10 columns on which this was written. */
function shown(output: string): Screen {
  const screen = new Screen(10);
  screen.write(output);
  return screen;
}

Deno.test("Screen shows a bar that is redrawn on one row once, and one that wraps many times", () => {
  assertEquals(shown("\r\x1b[K12345\r\x1b[K67\r\ndone\r\n").rows, ["67", "done", ""]);
  const wide = shown("\r\x1b[Kabcdefghijkl\r\x1b[KABCDEFGHIJKL\r\n");
  assertEquals(wide.rows, ["abcdefghij", "ABCDEFGHIJ", "KL", ""]);
  assertEquals(wide.brokenLines, ["abcdefghijABCDEFGHIJKL"]);
});

Deno.test("Screen breaks a line only when a character stands beyond the last column", () => {
  assertEquals(shown("0123456789\r\nnext").brokenLines, []);
  assertEquals(shown("0123456789\rX").rows, ["X123456789"]);
  assertEquals(shown("0123456789a").brokenLines, ["0123456789a"]);
});

Deno.test("Screen gives wide characters two columns, marks and colours none", () => {
  assertEquals(shown("請求書請求").brokenLines, []);
  assertEquals(shown("請求書請求a").brokenLines, ["請求書請求a"]);
  assertEquals(shown("e\u0301".repeat(10)).brokenLines, []);
  assertEquals(shown("\x1b[31m0123456789\x1b[0m").rows, ["0123456789"]);
});

Deno.test("Screen erases to the end of the row or of all, and refuses what it does not know", () => {
  assertEquals(shown("abc\r\ndef\r\x1b[Jx").rows, ["abc", "x"]);
  assertEquals(shown("abc\r\ndef\x1b[A\r\x1b[J").rows, [""]);
  assertThrows(() => shown("\x1b[5S"), Error, "does not know it");
});

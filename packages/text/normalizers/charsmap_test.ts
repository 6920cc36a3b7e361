import { assertEquals, assertThrows } from "@std/assert";
import { Charsmap } from "./charsmap.ts";

/** A double array with one entry, "A", at the root's offset 1: unit 1 ^ 0x41 = 0x40 has its value at 0x40 ^ 0x80. */
function charsmap(replacement: number[], value = 0): string {
  const units = new Uint32Array(0x100);
  units[0] = 1 << 10; // offset 1
  units[0x40] = (0x80 << 10) | (1 << 8) | 0x41; // label A, has a leaf, offset 0x80
  units[0x40 ^ 0x80] = (0x80000000 | value) >>> 0;
  const bytes = new Uint8Array(4 + 4 * units.length + replacement.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 4 * units.length, true);
  units.forEach((unit, i) => view.setUint32(4 + 4 * i, unit, true));
  bytes.set(replacement, 4 + 4 * units.length);
  return bytes.toBase64();
}

Deno.test("Charsmap takes the rule for the shortest beginning", () => {
  const map = new Charsmap(charsmap([0x61, 0x62, 0])); // "ab"
  assertEquals(map.replacement("A"), "ab");
  assertEquals(map.replacement("A\u0301"), "ab");
  assertEquals(map.replacement("B"), undefined);
  assertEquals(map.replacement("\0"), undefined);
  assertEquals(new Charsmap(charsmap([0])).replacement("A"), "");
});

Deno.test("Charsmap refuses a value beyond its replacements when it comes to it", () => {
  const map = new Charsmap(charsmap([0x61, 0], 99));
  assertEquals(map.replacement("B"), undefined);
  assertThrows(() => map.replacement("A"), RangeError, "precompiled_charsmap points to byte 99 of 2");
});

Deno.test("Charsmap refuses what is not Base64, not UTF-8 or too short", () => {
  assertThrows(() => new Charsmap("!"), SyntaxError, `precompiled_charsmap is "!", expected Base64`);
  assertThrows(() => new Charsmap(charsmap([0xff])), SyntaxError, "are not UTF-8");
  assertThrows(() => new Charsmap(charsmap([]).slice(0, 80)), SyntaxError, "bytes with a trie of 1024");
});

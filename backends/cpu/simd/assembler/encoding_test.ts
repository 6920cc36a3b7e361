import { assertEquals } from "@std/assert";
import { signed, unsigned } from "./encoding.ts";

Deno.test("LEB128 encodes as the examples of the DWARF standard do", () => {
  assertEquals([2, 127, 128, 129, 12857].map(unsigned), [[2], [127], [0x80, 1], [0x81, 1], [0xb9, 0x64]]);
  assertEquals([2, -2, 127, -127, 128, -128, -129].map(signed), [
    [2],
    [0x7e],
    [0xff, 0],
    [0x81, 0x7f],
    [0x80, 1],
    [0x80, 0x7f],
    [0xff, 0x7e],
  ]);
});

Deno.test("LEB128 encodes the ends of the 32-bit range", () => {
  assertEquals(unsigned(2 ** 32 - 1), [0xff, 0xff, 0xff, 0xff, 0x0f]);
  assertEquals(signed(-(2 ** 31)), [0x80, 0x80, 0x80, 0x80, 0x78]);
});

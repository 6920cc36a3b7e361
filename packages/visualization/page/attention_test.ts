import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { decodeLayer, halfToNumber } from "./attention.ts";

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

Deno.test("decodeLayer() reads bytes as squares of 255ths", () => {
  const shape = { heads: 1, tokens: 2, encoding: "u8" } as const;
  const { weights } = decodeLayer(shape, base64(Uint8Array.of(0, 51, 255, 128)));
  [0, 0.04, 1, (128 / 255) ** 2].forEach((expected, i) => assertAlmostEquals(weights[i], expected, 1e-7));
});

Deno.test("decodeLayer() reads half floats, little endian", () => {
  const halves = new Float16Array([0.5, 0.25, 0.0999755859375, 1]);
  const shape = { heads: 1, tokens: 2, encoding: "f16" } as const;
  assertEquals([...decodeLayer(shape, base64(new Uint8Array(halves.buffer))).weights], [...halves]);
});

Deno.test("halfToNumber() agrees with the platform's Float16Array on every bit pattern", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const [expected] = new Float16Array(Uint16Array.of(bits).buffer);
    if (!Object.is(halfToNumber(bits), expected)) assertEquals(halfToNumber(bits), expected, `bits ${bits}`);
  }
});

Deno.test("decodeLayer() refuses data of another size", () => {
  const shape = { heads: 2, tokens: 2, encoding: "u8" } as const;
  assertThrows(() => decodeLayer(shape, base64(new Uint8Array(7))), RangeError, "7 weights for 2 heads");
});

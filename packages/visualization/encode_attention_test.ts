import { assert, assertEquals } from "@std/assert";
import { encodeAttention } from "./encode_attention.ts";
import { decodeLayer } from "./page/attention.ts";

Deno.test("encodeAttention() writes the bytes of the format", () => {
  assertEquals(encodeAttention(Float32Array.of(0, 1, 0.25), "u8"), btoa("\x00\xff\x80")); // 255 · √¼ = 127.5
  assertEquals(encodeAttention(Float32Array.of(1, 0.5), "f16"), btoa("\x00\x3c\x00\x38")); // 0x3c00, 0x3800
});

Deno.test("encodeAttention() rounds to the nearest half, ties to even, as Float16Array does", () => {
  const halves = new Float16Array(Uint16Array.from({ length: 0x3c01 }, (_, i) => i).buffer); // all of 0 … 1
  const weights = Float32Array.from(
    [...halves].flatMap((half, i) => [half, (half + (halves[i + 1] ?? half)) / 2]),
  );
  assertEquals(encodeAttention(weights, "f16"), new Uint8Array(new Float16Array(weights).buffer).toBase64());
});

for (
  const [encoding, allowed] of [["f16", () => 2 ** -12], [
    "u8",
    (w: number) => Math.sqrt(w) / 255 + 4e-6,
  ]] as const
) {
  Deno.test(`the page reads attention back as it was written: ${encoding}`, () => {
    const weights = Float32Array.from({ length: 2 * 20 * 20 }, (_, i) => (i / 799) ** 3);
    const shape = { heads: 2, tokens: 20, encoding };
    const read = decodeLayer(shape, encodeAttention(weights, encoding)).weights;
    weights.forEach((weight, i) => {
      assert(Math.abs(read[i] - weight) <= allowed(weight), `${read[i]} for ${weight}`);
    });
  });
}

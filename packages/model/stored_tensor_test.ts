import { assertEquals } from "@std/assert";
import { readFloats } from "./stored_tensor.ts";

Deno.test("readFloats() gives every finite half the value that Float16Array gives it", () => {
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i).filter((half) =>
    (half & 0x7c00) !== 0x7c00
  );
  const values = readFloats("x", {
    dtype: "F16",
    shape: [halves.length],
    read: () => new Uint8Array(halves.buffer),
  });
  assertEquals(values, Float32Array.from(new Float16Array(halves.buffer)));
});

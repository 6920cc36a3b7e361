import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsDType,
  type SafetensorsTensor,
} from "./mod.ts";

function tensor(dtype: SafetensorsDType, shape: number[], byteLength: number): SafetensorsTensor {
  return {
    dtype,
    shape,
    bytes: Uint8Array.from({ length: byteLength }, (_, i) => (i * 37 + byteLength) & 255),
  };
}

Deno.test("encodeSafetensors() writes the bytes that the Python library writes", () => {
  // safetensors 0.8.0: save({"b": float32 [[1, 2]], "a": uint8 [1, 2, 3]})
  const header = `{"b":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},` +
    `"a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}   `; // blanks fill it up to 112 bytes
  const expected = "7000000000000000" + hex(header) + "0000803f00000040" + "010203";
  const file = encodeSafetensors([
    ["a", { dtype: "U8", shape: [3], bytes: Uint8Array.of(1, 2, 3) }],
    ["b", { dtype: "F32", shape: [1, 2], bytes: new Uint8Array(Float32Array.of(1, 2).buffer) }],
  ]);
  assertEquals(file.toHex(), expected);
});

Deno.test("encodeSafetensors() and decodeSafetensors() return what went in, for every dtype and odd names", () => {
  const tensors = new Map<string, SafetensorsTensor>([
    ["encoder.layer.0.weight", tensor("F32", [2, 3], 24)],
    ["half", tensor("F16", [3], 6)],
    ["brain", tensor("BF16", [1, 1, 5], 10)],
    ["ids", tensor("I32", [2], 8)],
    ["long", tensor("I64", [2], 16)],
    ["double", tensor("F64", [1], 8)],
    ["mask", tensor("BOOL", [3], 3)],
    ["bytes", tensor("U8", [5], 5)],
    ["float8", tensor("F8_E4M3", [7], 7)],
    ["scalar", tensor("F32", [], 4)],
    ["empty", tensor("F32", [0, 4], 0)],
    ["10", tensor("U8", [1], 1)],
    ['"quoted" \\ \n ü 😀', tensor("U8", [1], 1)],
    ["__proto__", tensor("U8", [1], 1)],
  ]);
  const metadata = { format: "pt", "ключ": "значение 😀" };
  const file = decodeSafetensors(encodeSafetensors(tensors, metadata));
  assertEquals(new Map([...file.tensors].sort()), new Map([...tensors].sort()));
  assertEquals(file.metadata, metadata);
});

Deno.test("encodeSafetensors() aligns each tensor to its element size", () => {
  const file = encodeSafetensors([
    ["a", tensor("U8", [3], 3)],
    ["b", tensor("F16", [3], 6)],
    ["c", tensor("F32", [3], 12)],
    ["d", tensor("F64", [3], 24)],
  ]);
  for (const { bytes } of decodeSafetensors(file).tensors.values()) {
    assertEquals(bytes.byteOffset % (bytes.length / 3), 0);
  }
});

Deno.test("encodeSafetensors() gives the same bytes for the same tensors in another order", () => {
  const a = ["a", tensor("F32", [1], 4)] as const;
  const b = ["b", tensor("F32", [2], 8)] as const;
  assertEquals(
    encodeSafetensors([a, b], { x: "1", y: "2" }),
    encodeSafetensors([b, a], { y: "2", x: "1" }),
  );
});

Deno.test("encodeSafetensors() refuses wrong lengths, double, reserved and broken names", () => {
  const good = tensor("U8", [1], 1);
  assertThrows(
    () => encodeSafetensors([["w", tensor("F32", [2, 2], 15)]]),
    TypeError,
    `tensor "w": 15 bytes given, but F32 of shape [2, 2] takes 16`,
  );
  assertThrows(() => encodeSafetensors([["w", good], ["w", good]]), TypeError, `two tensors named "w"`);
  assertThrows(() => encodeSafetensors([["__metadata__", good]]), TypeError, "reserved");
  assertThrows(() => encodeSafetensors([["\ud800", good]]), TypeError, "surrogate");
  assertThrows(() => encodeSafetensors([["w", { ...good, dtype: "F7" as "U8" }]]), TypeError, "as F7");
});

function hex(text: string): string {
  return new TextEncoder().encode(text).toHex();
}

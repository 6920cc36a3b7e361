import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, headerEnd, readHeader } from "./mod.ts";

/** A file with the header text and `dataBytes` bytes 0, 1, 2, … behind it. */
function fileOf(header: string | Uint8Array, dataBytes = 0, headerLength?: bigint): Uint8Array<ArrayBuffer> {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  file.set(text, 8);
  for (let i = 0; i < dataBytes; i++) file[8 + text.length + i] = i;
  return file;
}

/** Description of one tensor as it stands in a header. */
function entry(offsets: unknown, shape: unknown = [4], dtype: unknown = "U8"): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}

Deno.test("decodeSafetensors() reads the smallest example of the format", () => {
  const bytes = fileOf(`{"x":${entry([0, 4], [2, 2])}}  `, 4);
  const { tensors, metadata } = decodeSafetensors(bytes);
  assertEquals([...tensors.keys()], ["x"]);
  const x = tensors.get("x")!;
  assertEquals([x.dtype, x.shape, [...x.bytes]], ["U8", [2, 2], [0, 1, 2, 3]]);
  assertEquals(metadata, {});
});

Deno.test("decodeSafetensors() gives views into the file, also when the file is itself a view", () => {
  const file = fileOf(`{"x":${entry([0, 4])}}`, 4);
  const outer = new Uint8Array(file.length + 5);
  outer.set(file, 5);
  const x = decodeSafetensors(outer.subarray(5)).tensors.get("x")!;
  assertStrictEquals(x.bytes.buffer, outer.buffer);
  assertEquals([...x.bytes], [0, 1, 2, 3]);
});

Deno.test("decodeSafetensors() accepts an empty file, scalars, empty tensors and names like __proto__", () => {
  assertEquals(decodeSafetensors(fileOf("{}")).tensors.size, 0);
  const header = `{"b":${entry([2, 3], [])},"e":${entry([2, 2], [0, 7])},"__proto__":${entry([0, 2], [2])},` +
    `"__metadata__":{"format":"pt","__proto__":"text"}}`;
  const { tensors, metadata } = decodeSafetensors(fileOf(header, 3));
  assertEquals([...tensors.keys()], ["__proto__", "e", "b"]);
  assertEquals(Object.entries(metadata), [["format", "pt"], ["__proto__", "text"]]);
});

Deno.test("readHeader() lists the tensors of a file from its start alone", () => {
  const file = fileOf(`{"x":${entry([0, 4])},"y":${entry([4, 12], [2], "F32")}}`, 12);
  const end = headerEnd(file.subarray(0, 8), file.length);
  const { tensors } = readHeader(file.subarray(0, end), file.length);
  assertEquals(tensors.get("y"), { dtype: "F32", shape: [2], start: end + 4, end: end + 12 });
});

const x = entry([0, 4]);
const hostile: [name: string, file: Uint8Array, message: string][] = [
  ["a file shorter than the length field", new Uint8Array(7), "7 bytes are too few"],
  ["a header length of 0", fileOf(`{}`, 0, 0n), "is 0"],
  ["a header length above 100 MB", fileOf(`{}`, 0, 100_000_001n), "above the limit of 100000000"],
  ["a header length of 2^64 − 1", fileOf(`{}`, 0, 2n ** 64n - 1n), "above the limit"],
  ["a header longer than the file", fileOf(`{}`, 0, 3n), "header ends at byte 11, the file at byte 10"],
  ["a header that is not UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), "not UTF-8"],
  ["a header with an overlong encoding", fileOf(Uint8Array.of(0x7b, 0xc0, 0xa2, 0x7d)), "not UTF-8"],
  ["a header that starts with a blank", fileOf(` {}`), `does not start with "{"`],
  ["a header that starts with a byte order mark", fileOf(`\ufeff{}`), `does not start with "{"`],
  ["a header that is an array", fileOf(`[]`), `does not start with "{"`],
  ["a header cut in the middle", fileOf(`{"x":`), "not a JSON object"],
  ["a header with text behind the object", fileOf(`{}{}`), "not a JSON object"],
  ["two tensors of one name", fileOf(`{"x":${x},"x":${x}}`, 4), `"x" occurs a second time at byte 61`],
  ["one name written in two ways", fileOf(`{"x":${x},"\\u0078":${x}}`, 4), `"x" occurs a second time`],
  [
    "two lists of metadata",
    fileOf(`{"__metadata__":{},"__metadata__":{}}`),
    `"__metadata__" occurs a second`,
  ],
  [
    "two shapes of one tensor",
    fileOf(`{"x":{"shape":[4],"shape":[2],"dtype":"U8"}}`),
    `"shape" occurs a second`,
  ],
  ["metadata that is not text", fileOf(`{"__metadata__":{"step":3}}`), "__metadata__"],
  ["metadata that is null", fileOf(`{"__metadata__":null}`), "__metadata__"],
  ["a tensor that is a number", fileOf(`{"x":3}`), `tensor "x" is not described`],
  ["a tensor that is an array", fileOf(`{"x":[]}`), `tensor "x" is not described`],
  ["half a surrogate pair in a name", fileOf(`{"\\ud800":${x}}`, 4), "surrogate"],
  [
    "an unknown dtype",
    fileOf(`{"x":${entry([0, 4], [4], "F7")}}`, 4),
    `tensor "x" has the unknown dtype "F7"`,
  ],
  ["a dtype named like a method", fileOf(`{"x":${entry([0, 4], [4], "toString")}}`, 4), "unknown dtype"],
  ["no dtype", fileOf(`{"x":{"shape":[4],"data_offsets":[0,4]}}`, 4), "unknown dtype undefined"],
  ["a shape that is a number", fileOf(`{"x":${entry([0, 4], 4)}}`, 4), `tensor "x" has the shape 4`],
  ["a fractional size", fileOf(`{"x":${entry([0, 4], [1.5])}}`, 4), "has the shape [1.5]"],
  ["a negative size", fileOf(`{"x":${entry([0, 4], [-2, -2])}}`, 4), "has the shape [-2,-2]"],
  ["a size above 2^53", fileOf(`{"x":${entry([0, 0], [2 ** 53])}}`), "has the shape"],
  [
    "a size that overflows a double",
    fileOf(`{"x":{"dtype":"U8","shape":[1e999],"data_offsets":[0,0]}}`),
    "shape",
  ],
  [
    "a product of sizes above 2^53, which 32 bits would wrap to 0",
    fileOf(`{"x":${entry([0, 0], [2 ** 32, 2 ** 32])}}`),
    "takes more than 2^53 bytes",
  ],
  ["a text as offset", fileOf(`{"x":${entry(["0", 4])}}`, 4), "data_offsets"],
  ["a fractional offset", fileOf(`{"x":${entry([0.5, 4.5])}}`, 4), "data_offsets"],
  ["a negative offset", fileOf(`{"x":${entry([-4, 0])}}`, 4), "data_offsets"],
  ["three offsets", fileOf(`{"x":${entry([0, 4, 8])}}`, 4), "data_offsets"],
  ["no offsets", fileOf(`{"x":{"dtype":"U8","shape":[4]}}`, 4), "data_offsets"],
  ["reversed offsets", fileOf(`{"x":${entry([4, 0])}}`, 4), "ends at offset 0, before its start at 4"],
  ["offsets beyond the file", fileOf(`{"x":${x}}`, 3), `tensor "x" ends at byte`],
  [
    "fewer bytes than the shape takes",
    fileOf(`{"x":${entry([0, 4], [2], "F32")}}`, 4),
    "has 4 bytes of data",
  ],
  ["overlapping tensors", fileOf(`{"x":${x},"y":${entry([2, 6])}}`, 6), `tensor "y" overlaps`],
  ["two tensors on the same bytes", fileOf(`{"x":${x},"y":${x}}`, 4), `tensor "y" overlaps`],
  [
    "an empty tensor inside another",
    fileOf(`{"x":${x},"e":${entry([2, 2], [0])}}`, 4),
    `tensor "e" overlaps`,
  ],
  [
    "an empty tensor beyond the end",
    fileOf(`{"x":${x},"e":${entry([9, 9], [0])}}`, 4),
    `tensor "e" leaves a hole`,
  ],
  ["a hole between tensors", fileOf(`{"x":${x},"y":${entry([5, 9])}}`, 9), `tensor "y" leaves a hole`],
  ["a hole before the first tensor", fileOf(`{"x":${entry([1, 5])}}`, 5), `tensor "x" leaves a hole`],
  ["bytes behind the last tensor", fileOf(`{"x":${x}}`, 5), "nothing may follow"],
  ["bytes behind a header without tensors", fileOf(`{}`, 1), "nothing may follow"],
];

for (const [name, file, message] of hostile) {
  Deno.test(`decodeSafetensors() refuses ${name}`, () => {
    assertThrows(() => decodeSafetensors(file), SyntaxError, message);
  });
}

Deno.test("decodeSafetensors() refuses deep nesting without exhausting the stack", () => {
  const depth = 1_000_000;
  const file = fileOf(`{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`);
  assertThrows(() => decodeSafetensors(file), SyntaxError, `tensor "x" is not described`);
});

Deno.test("decodeSafetensors() refuses every truncation of a good file", () => {
  const file = fileOf(`{"x":${x},"y":${entry([4, 12], [2], "F32")}}`, 12);
  decodeSafetensors(file);
  for (let length = 0; length < file.length; length++) {
    assertThrows(() => decodeSafetensors(file.subarray(0, length)), SyntaxError);
  }
});

import { type HostileCase, rawFile, writeSparse } from "./hostile_case.ts";

const weights = "model.safetensors";

/** A file that is refused before any of its tensors is looked at. */
function file(name: string, content: () => Uint8Array, message: string): HostileCase {
  return {
    name,
    spoil: (directory) => Deno.writeFile(`${directory}/${weights}`, content()),
    file: weights,
    message,
  };
}

/** A file of one or two tensors with the given entries in its header. */
function header(name: string, entries: object, bytes: number, message: string): HostileCase {
  return file(name, () => rawFile(JSON.stringify(entries), new Uint8Array(bytes)), message);
}

const entry = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

/** The whole file, cut or lengthened. */
function resized(name: string, size: (whole: number) => number, message: string): HostileCase {
  return {
    name,
    spoil: async (directory) => {
      const path = `${directory}/${weights}`;
      await Deno.truncate(path, size((await Deno.stat(path)).size));
    },
    file: weights,
    message,
  };
}

/** Files that break the format or lie about themselves. */
export const fileCases: readonly HostileCase[] = [
  file("no byte of weights", () => new Uint8Array(0), "0 bytes are too few"),
  file("seven bytes of weights", () => new Uint8Array(7), "7 bytes are too few"),
  file("an empty header", () => rawFile(""), "the header length at byte 0 is 0"),
  file(
    "a header of 2^63 bytes",
    () => rawFile("{}", undefined, 2n ** 63n),
    "the header length at byte 0 is 9223372036",
  ),
  file(
    "a header of 90 MB that is not there",
    () => rawFile("{}", undefined, 90_000_000n),
    "the header ends at byte 90000008",
  ),
  file(
    "a header one byte too long",
    () => rawFile("{}", undefined, 3n),
    "the header ends at byte 11, the file at byte 10",
  ),
  file("a header that is no JSON", () => rawFile("{oops}"), "the header at byte 8 is not a JSON object"),
  file("a list as header", () => rawFile("[]"), 'the header at byte 8 does not start with "{"'),
  file("a blank before the header", () => rawFile(" {}"), 'the header at byte 8 does not start with "{"'),
  file("a header that is not UTF-8", () => rawFile(Uint8Array.of(0x7b, 0x22, 0xff, 0x7d)), "is not UTF-8"),
  file(
    "two tensors of one name",
    () =>
      rawFile(
        `{"a":${JSON.stringify(entry("U8", [1], [0, 1]))},"a":${JSON.stringify(entry("U8", [1], [1, 2]))}}`,
      ),
    'the name "a" occurs a second time',
  ),
  file(
    "one name spelled in two ways",
    () =>
      rawFile(
        `{"a":${JSON.stringify(entry("U8", [1], [0, 1]))},"\\u0061":${
          JSON.stringify(entry("U8", [1], [1, 2]))
        }}`,
      ),
    'the name "a" occurs a second time',
  ),
  header(
    "metadata that is no text",
    { __metadata__: { a: 1 } },
    0,
    "__metadata__ is not an object with texts",
  ),
  header(
    "half a surrogate in a name",
    { "\ud800": entry("U8", [1], [0, 1]) },
    1,
    "has half a surrogate pair",
  ),
  header(
    "a tensor without offsets",
    { a: { dtype: "U8", shape: [1] } },
    1,
    'tensor "a" has the data_offsets',
  ),
  header("a number in place of a tensor", { a: 1 }, 0, 'tensor "a" is not described by an object'),
  header("an unknown dtype", { a: entry("F7", [1], [0, 1]) }, 1, 'tensor "a" has the unknown dtype "F7"'),
  header("a negative size", { a: entry("U8", [-1], [0, 1]) }, 1, 'tensor "a" has the shape [-1]'),
  header("half an element", { a: entry("U8", [0.5], [0, 1]) }, 1, 'tensor "a" has the shape [0.5]'),
  header(
    "a tensor of 2^40 values in 4 bytes",
    { a: entry("F32", [2 ** 40], [0, 4]) },
    4,
    "takes 4398046511104",
  ),
  header(
    "a tensor of 2^100 values",
    { a: entry("F32", [2 ** 50, 2 ** 50], [0, 4]) },
    4,
    "takes more than 2^53 bytes",
  ),
  header(
    "a tensor that ends before it starts",
    { a: entry("U8", [1], [1, 0]) },
    1,
    "ends at offset 0, before its start",
  ),
  header("a tensor beyond the file", { a: entry("U8", [9], [0, 9]) }, 4, 'tensor "a" ends at byte'),
  header(
    "tensors that overlap",
    { a: entry("U8", [3], [0, 3]), b: entry("U8", [3], [1, 4]) },
    4,
    'tensor "b" overlaps the tensor before it',
  ),
  header(
    "a hole between tensors",
    { a: entry("U8", [1], [0, 1]), b: entry("U8", [1], [3, 4]) },
    4,
    'tensor "b" leaves a hole before it',
  ),
  header("bytes that belong to no tensor", { a: entry("U8", [1], [0, 1]) }, 4, "the tensors end at byte"),
  resized("its last byte cut off", (whole) => whole - 1, "the file at byte"),
  resized("half of its weights", (whole) => Math.floor(whole / 2), "the file at byte"),
  resized("one byte too many", (whole) => whole + 1, "nothing may follow them"),
  {
    name: "a header of 20 MB",
    spoil: (directory) =>
      writeSparse(`${directory}/${weights}`, rawFile("", undefined, 20_000_000n), 20_000_008),
    file: weights,
    message: "its header has 20000008 bytes; headers of up to 16777216 are read",
  },
  {
    name: "weights of 40 GB",
    spoil: (directory) => writeSparse(`${directory}/${weights}`, rawFile("{}"), 40_000_000_000),
    file: weights,
    message: "it has 40000000000 bytes; checkpoints of up to 34359738368 are read",
  },
];

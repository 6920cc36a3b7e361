import { dtypeNames, isDType, type SafetensorsDType, tensorBytes } from "./dtype.ts";
import { findDuplicateKey } from "./duplicate_key.ts";

/** Where one tensor lies in a file. */
export interface TensorEntry {
  /** Element type. */
  dtype: SafetensorsDType;
  /** Sizes; empty for a scalar. */
  shape: readonly number[];
  /** First byte, counted from the start of the file. */
  start: number;
  /** One past the last byte, counted from the start of the file. */
  end: number;
}

/** What the header of a file says, checked against the size of the file. */
export interface SafetensorsHeader {
  /** In the order in which the tensors lie in the file. */
  tensors: Map<string, TensorEntry>;
  /** Free text by name; empty if the file has none. */
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100_000_000; // the reference implementation's limit

/**
 * Bytes from the start of a file to the end of its header, read from the first 8 bytes. Read that many and hand
 * them to {@linkcode readHeader} to list a file's tensors without loading them.
 *
 * @param start The first 8 bytes of the file or more.
 * @param fileSize Size of the whole file in bytes.
 * @throws {SyntaxError} If the length is 0, above 100 MB, or more than the file holds.
 */
export function headerEnd(start: Uint8Array, fileSize: number): number {
  if (start.length < LENGTH_BYTES) {
    throw new SyntaxError(
      `Cannot read safetensors: ${start.length} bytes are too few for the header length, which takes ${LENGTH_BYTES}`,
    );
  }
  const length = Number(new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  if (length === 0) throw new SyntaxError("Cannot read safetensors: the header length at byte 0 is 0");
  if (length > MAX_HEADER_BYTES) {
    throw new SyntaxError(
      `Cannot read safetensors: the header length at byte 0 is ${length}, above the limit of ${MAX_HEADER_BYTES}`,
    );
  }
  if (LENGTH_BYTES + length > fileSize) {
    throw new SyntaxError(
      `Cannot read safetensors: the header ends at byte ${
        LENGTH_BYTES + length
      }, the file at byte ${fileSize}`,
    );
  }
  return LENGTH_BYTES + length;
}

/**
 * Reads and checks the header of a file: names, types, shapes, and that the tensors fill the rest of the file
 * without overlap or hole.
 *
 * @param bytes The file, or its start up to {@linkcode headerEnd}.
 * @param fileSize Size of the whole file in bytes, if `bytes` is only its start.
 * @throws {SyntaxError} If the header breaks the format; names the tensor or the byte.
 */
export function readHeader(bytes: Uint8Array, fileSize: number = bytes.length): SafetensorsHeader {
  const dataStart = headerEnd(bytes, fileSize);
  if (bytes.length < dataStart) {
    throw new SyntaxError(
      `Cannot read safetensors: ${bytes.length} bytes given, the header ends at byte ${dataStart}`,
    );
  }
  const { __metadata__, ...entries } = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const tensors = Object.entries(entries)
    .map(([name, value]): [string, TensorEntry] => [name, parseEntry(name, value, dataStart)])
    .sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  checkCoverage(tensors, dataStart, fileSize);
  return { tensors: new Map(tensors), metadata: parseMetadata(__metadata__) };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) {
    throw new SyntaxError(
      `Cannot read safetensors: the header at byte ${LENGTH_BYTES} does not start with "{"`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError(`Cannot read safetensors: the header at byte ${LENGTH_BYTES} is not UTF-8`);
  }
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read safetensors: the header at byte ${LENGTH_BYTES} is not a JSON object: ${
        (error as Error).message
      }`,
    );
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate) {
    const at = LENGTH_BYTES + new TextEncoder().encode(text.slice(0, duplicate.index)).length;
    throw new SyntaxError(
      `Cannot read safetensors: the name ${JSON.stringify(duplicate.key)} occurs a second time at byte ${at}`,
    );
  }
  return header;
}

function parseEntry(name: string, value: unknown, dataStart: number): TensorEntry {
  const refuse = (reason: string) =>
    new SyntaxError(`Cannot read safetensors: tensor ${JSON.stringify(name)} ${reason}`);

  if (!name.isWellFormed()) throw refuse("has half a surrogate pair in its name");
  if (!isRecord(value)) throw refuse("is not described by an object with dtype, shape and data_offsets");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDType(dtype)) {
    throw refuse(`has the unknown dtype ${JSON.stringify(dtype)}; known are ${dtypeNames}`);
  }
  if (!isSizeList(shape)) {
    throw refuse(`has the shape ${JSON.stringify(shape)}; sizes are integers from 0 to 2^53 − 1`);
  }
  if (!isSizeList(offsets) || offsets.length !== 2) {
    throw refuse(
      `has the data_offsets ${
        JSON.stringify(offsets)
      }; they are two integers from 0 to 2^53 − 1, start and end`,
    );
  }
  const [start, end] = offsets;
  if (start > end) throw refuse(`ends at offset ${end}, before its start at ${start}`);
  const expected = tensorBytes(dtype, shape);
  if (expected === undefined) {
    throw refuse(`has the shape ${JSON.stringify(shape)}, which takes more than 2^53 bytes`);
  }
  if (end - start !== expected) {
    throw refuse(
      `has ${end - start} bytes of data, but ${dtype} of shape ${JSON.stringify(shape)} takes ${expected}`,
    );
  }
  return { dtype, shape, start: dataStart + start, end: dataStart + end };
}

function parseMetadata(value: unknown = {}): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== "string")) {
    throw new SyntaxError("Cannot read safetensors: __metadata__ is not an object with texts as values");
  }
  return value as Record<string, string>;
}

/** Each tensor starts where the one before it ends, the first after the header, and the last ends the file. */
function checkCoverage(tensors: readonly [string, TensorEntry][], dataStart: number, fileSize: number): void {
  let end = dataStart;
  for (const [name, tensor] of tensors) {
    if (tensor.start !== end) {
      const problem = tensor.start < end ? "overlaps the tensor before it" : "leaves a hole before it";
      throw new SyntaxError(
        `Cannot read safetensors: tensor ${JSON.stringify(name)} ${problem}: ` +
          `it starts at byte ${tensor.start}, expected ${end}`,
      );
    }
    end = tensor.end;
    if (end > fileSize) {
      throw new SyntaxError(
        `Cannot read safetensors: tensor ${
          JSON.stringify(name)
        } ends at byte ${end}, the file at byte ${fileSize}`,
      );
    }
  }
  if (end !== fileSize) {
    throw new SyntaxError(
      `Cannot read safetensors: the tensors end at byte ${end}, the file at byte ${fileSize}; nothing may follow them`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizeList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

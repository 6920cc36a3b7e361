import type { SafetensorsTensor } from "./decode.ts";
import { dtypeNames, dtypeRank, isDType, tensorBytes } from "./dtype.ts";

const ALIGNMENT = 8;

/**
 * Writes a safetensors file as the reference implementation lays it out: the header padded to a multiple of
 * 8 bytes, wide element types first and names in order within one type, so that every tensor is aligned to its
 * element size. The same tensors give the same bytes, in whatever order they come.
 *
 * @param tensors Names and tensors; a `Map` will do.
 * @param metadata Free text by name, such as `{ format: "pt" }`, which transformers asks for.
 * @throws {TypeError} If a name occurs twice or is reserved, or a tensor's bytes do not match its shape.
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [string, SafetensorsTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors];
  checkNames(sorted.map(([name]) => name));
  for (const [name, tensor] of sorted) checkTensor(name, tensor);
  sorted.sort(([a, x], [b, y]) => dtypeRank(y.dtype) - dtypeRank(x.dtype) || compare(a, b));

  const fields: string[] = []; // text, not an object: objects move names that look like numbers to the front
  const metadataNames = Object.keys(metadata).sort(compare);
  if (metadataNames.length > 0) {
    const texts = metadataNames.map((name) => `${JSON.stringify(name)}:${JSON.stringify(metadata[name])}`);
    fields.push(`"__metadata__":{${texts.join(",")}}`);
  }
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of sorted) {
    const start = end;
    end += bytes.length;
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, end] })}`);
  }

  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerLength = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(header, 8);
  file.fill(0x20, 8 + header.length, 8 + headerLength);
  let at = 8 + headerLength;
  for (const [, { bytes }] of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const quoted = JSON.stringify(name);
    if (name === "__metadata__") {
      throw new TypeError(`Cannot write a tensor named ${quoted}: the name is reserved`);
    }
    if (!name.isWellFormed()) {
      throw new TypeError(`Cannot write a tensor named ${quoted}: the name has half a surrogate pair`);
    }
    if (seen.has(name)) {
      throw new TypeError(`Cannot write two tensors named ${quoted}: names are unique in a file`);
    }
    seen.add(name);
  }
}

function checkTensor(name: string, { dtype, shape, bytes }: SafetensorsTensor): void {
  if (!isDType(dtype)) {
    throw new TypeError(`Cannot write tensor ${JSON.stringify(name)} as ${dtype}: dtypes are ${dtypeNames}`);
  }
  const expected = tensorBytes(dtype, shape);
  if (bytes.length !== expected) {
    throw new TypeError(
      `Cannot write tensor ${JSON.stringify(name)}: ${bytes.length} bytes given, ` +
        `but ${dtype} of shape [${shape.join(", ")}] takes ${expected ?? "more than 2^53"}`,
    );
  }
}

/** By UTF-16 units, so that the order does not depend on a locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

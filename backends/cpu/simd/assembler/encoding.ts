/**
 * Bytes of the WebAssembly binary format: LEB128 integers, vectors, sections.
 * https://webassembly.github.io/spec/core/binary/
 *
 * @module
 */

/** Unsigned LEB128 of an integer in 0 … 2³²−1. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of the 32-bit integer with the same bits as `value`. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  while (true) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The four bytes of an f32, little-endian. */
export function float32(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

/** A length-prefixed name in ASCII. */
export function name(text: string): number[] {
  return [...unsigned(text.length), ...[...text].map((c) => c.charCodeAt(0))];
}

/** A count followed by the items. */
export function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** A section: its id, its byte length, its body. */
export function section(id: number, body: readonly number[]): number[] {
  return [id, ...unsigned(body.length), ...body];
}

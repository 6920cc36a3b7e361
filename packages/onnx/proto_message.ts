const utf8 = new TextEncoder();

/**
 * A message of protocol buffers being written: its fields in order, as chunks that are joined once at the end, so that a
 * tensor's bytes are copied once however deep it lies.
 */
export class ProtoMessage {
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** An int32, int64 or enum. */
  integer(field: number, value: number): this {
    return this.#append(varint(field << 3), varint(value));
  }

  float(field: number, value: number): this {
    return this.#append(varint(field << 3 | 5), new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(field: number, bytes: Uint8Array): this {
    return this.#append(varint(field << 3 | 2), varint(bytes.length), bytes);
  }

  string(field: number, text: string): this {
    return this.bytes(field, utf8.encode(text));
  }

  message(field: number, message: ProtoMessage): this {
    return this.#append(varint(field << 3 | 2), varint(message.byteLength), ...message.#chunks);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#byteLength);
    let start = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, start);
      start += chunk.length;
    }
    return bytes;
  }

  #append(...chunks: Uint8Array[]): this {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#byteLength += chunk.length;
    }
    return this;
  }
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits of two's complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

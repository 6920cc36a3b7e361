/** A file of an archive. */
export interface TarEntry {
  /** Up to 100 bytes, with `/` between folders. */
  readonly name: string;
  readonly data: Uint8Array;
}

const BLOCK_BYTES = 512;

/**
 * An archive in the ustar format of POSIX.1-1988, without times and owners: the same files give the same bytes.
 *
 * @throws {RangeError} If a name is too long.
 */
export function tar(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const blocks = entries.flatMap(({ name, data }) => {
    const padding = (BLOCK_BYTES - data.length % BLOCK_BYTES) % BLOCK_BYTES;
    return [header(name, data.length), data, new Uint8Array(padding)];
  });
  const size = blocks.reduce((sum, { length }) => sum + length, 2 * BLOCK_BYTES); // two empty blocks end it
  const archive = new Uint8Array(size);
  let at = 0;
  for (const block of blocks) {
    archive.set(block, at);
    at += block.length;
  }
  return archive;
}

/** Compresses an archive, as npm takes it. */
export async function gzip(archive: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([archive]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(stream).bytes();
}

function header(name: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  const put = (at: number, text: string) => block.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  if (new TextEncoder().encode(name).length > 100) {
    throw new RangeError(`Cannot archive ${name}: the format takes names of up to 100 bytes`);
  }
  put(0, name);
  put(100, `${octal(0o644, 7)}\0`);
  put(108, `${octal(0, 7)}\0${octal(0, 7)}\0`); // user and group
  put(124, `${octal(size, 11)} ${octal(0, 11)} `); // bytes, and seconds since 1970
  put(148, " ".repeat(8)); // the sum below counts itself as blanks
  put(156, "0"); // a regular file
  put(257, "ustar\x0000");
  put(148, `${octal(block.reduce((sum, byte) => sum + byte), 6)}\0 `);
  return block;
}

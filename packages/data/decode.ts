import { suggest } from "./suggest.ts";

/** How bytes become text. */
export interface DecodeOptions {
  /** Name for messages. */
  file: string;
  /** Name of an encoding of the Encoding Standard, for bytes that have no mark; default UTF-8. */
  encoding?: string;
  /** Gets what might not be meant. */
  warn?: (message: string) => void;
}

/** One name of each encoding of the Encoding Standard that people still have files in, and some that are written often. */
const ENCODINGS = [
  ...["utf-8", "utf-16le", "utf-16be", "latin1", "iso-8859-1", "iso-8859-2", "iso-8859-15", "macintosh"],
  ...Array.from({ length: 9 }, (_, i) => `windows-125${i}`),
  ...["koi8-r", "koi8-u", "ibm866", "gbk", "gb18030", "big5", "euc-jp", "shift_jis", "iso-2022-jp", "euc-kr"],
];

/** Byte order marks, and what they stand for. */
const MARKS: readonly [encoding: string, mark: readonly number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * The text of a file: UTF-8, UTF-16 with a mark, or in the encoding given. Nothing is ever replaced.
 *
 * @throws {SyntaxError} Naming file, line and byte, if the bytes are something else.
 * @throws {RangeError} If the encoding is unknown.
 */
export function decodeText(bytes: Uint8Array, { file, encoding, warn }: DecodeOptions): string {
  const asked = encoding === undefined ? undefined : newDecoder(encoding).encoding;
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
  const used = marked ?? asked ?? "utf-8";
  const text = strictly(bytes, used);
  if (text === undefined) throw undecodable(bytes, used, file);
  if (asked === undefined && text.includes("\0")) throw nul(text, bytes, used, file);
  if (asked !== undefined && marked !== undefined && marked !== asked) {
    warn?.(`${file}: read as ${marked}, whose mark it has, not as ${asked}`);
  }
  if (asked !== undefined && marked === undefined && asked !== "utf-8" && isOtherThanAscii(bytes)) {
    if (strictly(bytes, "utf-8") !== undefined) {
      warn?.(
        `${file}: read as ${asked}, though its bytes are UTF-8; leave out option encoding if letters look wrong`,
      );
    }
  }
  return text;
}

function newDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    const meant = suggest(encoding.toLowerCase(), ENCODINGS);
    throw new RangeError(
      `Cannot read the encoding "${encoding}": option encoding takes names of the Encoding Standard, such as ` +
        (meant === undefined ? "latin1, windows-1252, shift_jis or gb18030" : `${meant}, which may be meant`),
    );
  }
}

/** The text without its mark; undefined where a byte does not fit. */
function strictly(bytes: Uint8Array, encoding: string, stream = false): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function undecodable(bytes: Uint8Array, encoding: string, file: string): SyntaxError {
  let [good, bad] = [0, bytes.length + 1]; // lengths of a prefix that fits, and of one that does not
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (strictly(bytes.subarray(0, middle), encoding, true) === undefined) bad = middle;
    else good = middle;
  }
  const before = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(0, good), {
    stream: true,
  });
  const offset = encoding === "utf-8"
    ? new TextEncoder().encode(before).length
    : encoding.startsWith("utf-16")
    ? 2 * before.length
    : Math.min(good, bytes.length - 1);
  const remedy = encoding === "utf-8"
    ? "save the file as UTF-8, or name its encoding with option encoding, such as latin1"
    : "save the file as UTF-8, or choose another option encoding";
  return new SyntaxError(
    `${place(file, before)}: ${byteAt(bytes, offset)} is not ${encoding.toUpperCase()}; ${remedy}`,
  );
}

/** A text holds no NUL, but ASCII as UTF-16 does after or before each letter, and would pass as UTF-8. */
function nul(text: string, bytes: Uint8Array, encoding: string, file: string): SyntaxError {
  const offset = bytes.indexOf(0);
  const remedy = encoding === "utf-8"
    ? `if it is UTF-16 without a mark, choose option encoding ${offset % 2 === 1 ? "utf-16le" : "utf-16be"}`
    : "save the file as UTF-8";
  return new SyntaxError(
    `${place(file, text.slice(0, text.indexOf("\0")))}: ${byteAt(bytes, offset)} is no text; ${remedy}`,
  );
}

function byteAt(bytes: Uint8Array, offset: number): string {
  return `byte 0x${bytes[offset].toString(16).toUpperCase().padStart(2, "0")} at offset ${offset}`;
}

/** `file:line` behind a text. */
function place(file: string, before: string): string {
  return `${file}:${before.split(/\r\n|[\r\n]/).length}`;
}

function isOtherThanAscii(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte > 0x7f);
}

import type { AlignedText } from "./aligned_text.ts";

/**
 * A printable character for each byte: printable Latin-1 characters for themselves, the others from U+0100 on
 * (`bytes_to_unicode` of GPT-2; Radford et al. 2019). So a space is Ġ.
 */
const CHARACTERS = byteCharacters();
const BYTES = new Map(CHARACTERS.map((character, byte) => [character, byte]));
const CHANGED = /[^!-~]/gu;

const WRITTEN = new Map<string, string>(); // of the characters seen so far

const utf8 = new TextEncoder();

/** Writes each byte of the UTF-8 form of `source` as a character; all of them come from the character they encode. */
export function toByteCharacters(source: AlignedText): AlignedText {
  return source.replace(CHANGED, (character) => {
    const known = WRITTEN.get(character);
    if (known !== undefined) return known;
    let text = "";
    for (const byte of utf8.encode(character)) text += CHARACTERS[byte];
    if (WRITTEN.size < 10_000) WRITTEN.set(character, text);
    return text;
  });
}

/** The bytes that a token stands for; a token with other characters stands for its own UTF-8 bytes. */
export function bytesOfToken(token: string): Uint8Array {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  return bytes.includes(undefined) ? utf8.encode(token) : Uint8Array.from(bytes as number[]);
}

function byteCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCodePoint(printable ? byte : next++);
  });
}

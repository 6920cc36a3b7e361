import { assertEquals, assertThrows } from "@std/assert";
import { decodeText } from "./decode.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
/** Each character as one byte: ISO 8859-1. */
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** The text and what was warned of. */
function decode(bytes: Uint8Array, encoding?: string): [string, string[]] {
  const warnings: string[] = [];
  const text = decodeText(bytes, { file: "t.csv", encoding, warn: (message) => warnings.push(message) });
  return [text, warnings];
}

Deno.test("decodeText() reads UTF-8 with or without mark, and UTF-16 with one", () => {
  const text = "café, жук 🙂\n";
  for (
    const bytes of [
      utf8(text),
      utf8(`\ufeff${text}`),
      utf16(`\ufeff${text}`, true),
      utf16(`\ufeff${text}`, false),
    ]
  ) assertEquals(decode(bytes), [text, []]);
});

Deno.test("decodeText() refuses other bytes, naming line, byte and offset", () => {
  const cases: [Uint8Array, string][] = [
    [
      latin1("text,label\r\nfür mich,a\r\n"),
      "t.csv:2: byte 0xFC at offset 13 is not UTF-8; save the file as UTF-8",
    ],
    [latin1("a\rb\rcafé"), "t.csv:3: byte 0xE9 at offset 7 is not UTF-8"], // cut off at the end
    [Uint8Array.of(0x41, 0xf0, 0x9f, 0x99, 0x42), "t.csv:1: byte 0xF0 at offset 1 is not UTF-8"], // of 🙂, the last byte lost
    [Uint8Array.of(0x41, 0x0a, 0xed, 0xa0, 0x80), "t.csv:2: byte 0xED at offset 2 is not UTF-8"], // a surrogate
    [Uint8Array.of(...utf8("\ufeffé\n"), 0x82, 0xb1), "t.csv:2: byte 0x82 at offset 6 is not UTF-8"], // Shift JIS
    [Uint8Array.of(0xff, 0xfe, 0x41, 0, 0x42), "t.csv:1: byte 0x42 at offset 4 is not UTF-16LE"], // half a character
    [
      utf16("text\n", true),
      "t.csv:1: byte 0x00 at offset 1 is no text; if it is UTF-16 without a mark, choose option encoding utf-16le",
    ],
    [
      utf16("text\n", false),
      "t.csv:1: byte 0x00 at offset 0 is no text; if it is UTF-16 without a mark, choose option encoding utf-16be",
    ],
    [
      Uint8Array.of(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0),
      "t.csv:1: byte 0x00 at offset 2 is no text; save the file as UTF-8",
    ],
  ];
  for (const [bytes, message] of cases) assertThrows(() => decode(bytes), SyntaxError, message);
});

Deno.test("decodeText() finds the bad byte of a long file", () => {
  const bytes = utf8("zwölf Boxkämpfer\n".repeat(50_000));
  bytes[bytes.length - 3] = 0xff;
  assertThrows(
    () => decode(bytes),
    SyntaxError,
    `t.csv:50000: byte 0xFF at offset ${bytes.length - 3} is not UTF-8`,
  );
});

Deno.test("decodeText() reads the encoding it is told, by any name of the Encoding Standard", () => {
  assertEquals(decode(latin1("für 5£"), "latin1"), ["für 5£", []]);
  assertEquals(decode(Uint8Array.of(0x80), "windows-1252"), ["€", []]);
  assertEquals(decode(Uint8Array.of(0x93, 0xfa, 0x96, 0x7b), "Shift_JIS"), ["日本", []]);
  assertEquals(decode(utf16("жук\n", true), "utf-16le"), ["жук\n", []]);
  assertEquals(decode(Uint8Array.of(0xc7, 0xd1), "euc-kr"), ["한", []]);
  assertThrows(() => decode(Uint8Array.of(0x41, 0x82), "shift_jis"), SyntaxError, "is not SHIFT_JIS");
});

Deno.test("decodeText() goes by the mark of a file that has one, and doubts an encoding that UTF-8 contradicts", () => {
  assertEquals(decode(utf8("\ufeffé"), "latin1"), ["é", [
    "t.csv: read as utf-8, whose mark it has, not as windows-1252",
  ]]);
  const [text, [warning]] = decode(utf8("é"), "latin1");
  assertEquals([text, warning.includes("though its bytes are UTF-8")], ["Ã©", true]);
  assertEquals(decode(utf8("plain"), "latin1"), ["plain", []]);
});

Deno.test("decodeText() names the encoding that was probably meant", () => {
  for (
    const [given, meant] of [["latin-1", "latin1"], ["window-1251", "windows-1251"], [
      "shiftjis2",
      "shift_jis",
    ]]
  ) {
    assertThrows(() => decode(utf8("a"), given), RangeError, `such as ${meant}, which may be meant`);
  }
  assertThrows(() => decode(utf8("a"), "hieroglyphs"), RangeError, "such as latin1, windows-1252");
});

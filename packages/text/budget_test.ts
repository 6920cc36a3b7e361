import { assertEquals, assertThrows } from "@std/assert";
import type { Json, JsonObject } from "./json.ts";
import { Tokenizer } from "./mod.ts";

/** A tokenizer.json of the parts given around a model that knows every byte. */
function tokenizerWith(parts: JsonObject): Tokenizer {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${hex(byte)}>`);
  const vocab = Object.fromEntries(["[UNK]", "a", "b", ...bytes].map((token, id) => [token, id]));
  const model = { type: "BPE", vocab, merges: [], unk_token: "[UNK]" };
  return Tokenizer.fromJson({ version: "1.0", added_tokens: [], model, ...parts });
}

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");
const times = (count: number, item: (i: number) => Json): Json[] =>
  Array.from({ length: count }, (_, i) => item(i));
const replace = (pattern: string, content: string): JsonObject => ({
  type: "Replace",
  pattern: { String: pattern },
  content,
});
const split = (Regex: string): JsonObject => ({
  type: "Split",
  pattern: { Regex },
  behavior: "Isolated",
  invert: false,
});
const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false };
const sequenceOf = (key: string, items: Json[]): JsonObject => ({ type: "Sequence", [key]: items });

/** Compiled rules of SentencePiece that put `content` in the place of each `a`. */
function charsmap(content: string): string {
  const unit = (offset: number, rest: number) => ((offset << 10) | rest) >>> 0;
  const units = new Uint32Array(256);
  units[0] = unit(1, 0); // children of the root lie at 1 ^ byte
  units[1 ^ 97] = unit(98, 0x100 | 97); // "a", a leaf: its value lies at (1 ^ 97) ^ 98 = 2
  units[2] = 0x80000000;
  const replacement = new TextEncoder().encode(`${content}\0`);
  const bytes = new Uint8Array(4 + units.byteLength + replacement.length);
  new DataView(bytes.buffer).setUint32(0, units.byteLength, true);
  bytes.set(new Uint8Array(units.buffer), 4);
  bytes.set(replacement, 4 + units.byteLength);
  return bytes.toBase64();
}

const text = "a".repeat(1000);

const hostile: [what: string, parts: JsonObject, place: string, text?: string][] = [
  [
    "nine replacements of a letter by ten",
    { normalizer: sequenceOf("normalizers", times(9, () => replace("a", "a".repeat(10)))) },
    "normalizer.normalizers[1] (Replace) adds more than 41024 (40 for each, and 1024)",
  ],
  [
    "one replacement by a megabyte",
    { normalizer: replace("a", "b".repeat(1e6)) },
    "normalizer (Replace) adds more than",
  ],
  [
    "sequences of replacements in sequences",
    {
      normalizer: sequenceOf(
        "normalizers",
        times(9, () => sequenceOf("normalizers", [{ type: "NFC" }, replace("a", "a".repeat(10))])),
      ),
    },
    "normalizer.normalizers[1].normalizers[1] (Replace) adds more than",
  ],
  [
    "a long prefix before each piece between added tokens",
    {
      added_tokens: [{ id: 259, content: "[X]" }],
      normalizer: { type: "Prepend", prepend: "p".repeat(1e3) },
    },
    "normalizer (Prepend) adds more than",
    "a[X]".repeat(1000),
  ],
  [
    "rules of SentencePiece that replace a letter by a thousand",
    { normalizer: { type: "Precompiled", precompiled_charsmap: charsmap("b".repeat(1000)) } },
    "normalizer (Precompiled) adds more than",
  ],
  [
    "bytes of bytes of bytes",
    { normalizer: sequenceOf("normalizers", times(30, () => ({ type: "ByteLevel" }))) },
    "normalizer.normalizers[5] (ByteLevel) adds more than",
    "é".repeat(1000),
  ],
  [
    "bytes of bytes of bytes of words",
    { pre_tokenizer: sequenceOf("pretokenizers", times(30, () => byteLevel)) },
    "pre_tokenizer.pretokenizers[5] (ByteLevel) adds more than",
    "é".repeat(1000),
  ],
  [
    "the bytes of a long prefix for each character",
    {
      model: {
        type: "BPE",
        vocab: Object.fromEntries(
          times(256, (byte) => `<0x${hex(byte as number)}>`).map((token, i) => [token, i]),
        ),
        merges: [],
        byte_fallback: true,
        continuing_subword_prefix: "p".repeat(100),
      },
    },
    "model (BPE) adds more than",
  ],
  [
    "fifty long patterns",
    { pre_tokenizer: sequenceOf("pretokenizers", times(50, (i) => split(`a{800${i % 10}}b`))) },
    "pre_tokenizer.pretokenizers[0] (Split) needs more than 11000000 comparisons (500 for each, and 1000000)",
    "a".repeat(20_000),
  ],
  [
    "fifty long patterns of choices",
    { pre_tokenizer: sequenceOf("pretokenizers", times(50, () => split("(?:a|a?){100}(?:a?a){100}b"))) },
    "pre_tokenizer.pretokenizers[0] (Split) needs more than",
    "a".repeat(20_000),
  ],
  [
    "a long pattern that is replaced",
    { normalizer: replace("a".repeat(5000) + "b", "b") },
    "normalizer (Replace) needs more than",
    "a".repeat(20_000),
  ],
  [
    "ten thousand steps that change nothing",
    { normalizer: sequenceOf("normalizers", times(10_000, () => ({ type: "NFC" }))) },
    "normalizer.normalizers[1499] (NFC) needs more than",
  ],
  [
    "a long word that nearly occurs, for a WordPiece model",
    {
      model: {
        type: "WordPiece",
        vocab: { "[UNK]": 0, a: 1, "##a": 2, [`##${"a".repeat(5000)}b`]: 3 },
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 1e6,
      },
    },
    "model (WordPiece) needs more than",
    "a".repeat(20_000),
  ],
  [
    "a long word that nearly occurs, for a Unigram model",
    { model: { type: "Unigram", unk_id: 0, vocab: [["[UNK]", 0], ["a", -1], [`${"a".repeat(5000)}b`, -1]] } },
    "model (Unigram) needs more than",
    "a".repeat(20_000),
  ],
  [
    "a template that repeats the text",
    {
      post_processor: {
        type: "TemplateProcessing",
        single: times(100, () => ({ Sequence: { id: "A", type_id: 0 } })),
        pair: [],
        special_tokens: {},
      },
    },
    "post_processor (TemplateProcessing) adds more than",
  ],
];
for (const [what, parts, place, given = text] of hostile) {
  Deno.test(`Tokenizer refuses ${what}, naming the step`, () => {
    const tokenizer = tokenizerWith(parts);
    const error = assertThrows(() => tokenizer.encode(given), RangeError, place);
    assertEquals(error.message.split("\n").length, 1);
    assertEquals(error.message.startsWith("Cannot "), true, error.message);
  });
}

Deno.test("Tokenizer refuses an added token that would grow, and one that nearly occurs everywhere", () => {
  const normalizer = sequenceOf("normalizers", times(9, () => replace("a", "a".repeat(10))));
  const added_tokens = [{ id: 259, content: "aaa", normalized: true }];
  assertThrows(
    () => tokenizerWith({ normalizer, added_tokens }),
    RangeError,
    "normalizer.normalizers[2] (Replace)",
  );
  const long = tokenizerWith({ added_tokens: [{ id: 259, content: `${"a".repeat(5000)}b` }] });
  assertThrows(() => long.encode("a".repeat(20_000)), RangeError, "added_tokens needs more than");
});

const decoders: [what: string, decoder: JsonObject, place: string][] = [
  [
    "nine replacements of a letter by ten",
    sequenceOf("decoders", times(9, () => replace("a", "a".repeat(10)))),
    "decoder.decoders[2] (Replace) adds more than",
  ],
  [
    "a space between all letters, again and again",
    sequenceOf("decoders", times(30, () => ({ type: "BPEDecoder", suffix: "" }))),
    "decoder.decoders[7] (BPEDecoder) adds more than",
  ],
  [
    "a long pattern",
    sequenceOf("decoders", [{ type: "Fuse" }, ...times(2, () => replace(`${"a".repeat(5000)}b`, "b"))]),
    "decoder.decoders[2] (Replace) needs more than",
  ],
];
for (const [what, decoder, place] of decoders) {
  Deno.test(`decode() refuses ${what}, naming the step`, () => {
    const tokenizer = tokenizerWith({ decoder });
    assertThrows(() => tokenizer.decode(new Array(10_000).fill(1)), RangeError, place);
  });
}

Deno.test("decode() refuses tokens of a megabyte each, joined again and again", () => {
  const vocab = { "[UNK]": 0, ["a".repeat(1e6)]: 1 };
  const tokenizer = tokenizerWith({ model: { type: "WordLevel", vocab, unk_token: "[UNK]" } });
  assertThrows(
    () => tokenizer.decode(new Array(1000).fill(1)),
    RangeError,
    "Cannot decode 1000 tokens: model (WordLevel) adds more than",
  );
});

Deno.test("Tokenizer refuses padding beyond what any model takes", () => {
  const padding = { direction: "Right", pad_id: 0, pad_type_id: 0, pad_token: "[PAD]" };
  const fixed = tokenizerWith({
    padding: { ...padding, strategy: { Fixed: 1e9 }, pad_to_multiple_of: null },
  });
  assertThrows(() => fixed.encode("a"), RangeError, "Cannot pad to 1000000000 tokens");
  const multiple = { ...padding, strategy: "BatchLongest", pad_to_multiple_of: 2 ** 40 };
  assertThrows(
    () => tokenizerWith({ padding: multiple }).encode("a"),
    RangeError,
    "Cannot pad to 1099511627776",
  );
});

Deno.test("Tokenizer.fromJson() refuses sequences nested without end", () => {
  let normalizer: JsonObject = { type: "NFC" };
  for (let i = 0; i < 10_000; i++) normalizer = sequenceOf("normalizers", [normalizer]);
  assertThrows(() => tokenizerWith({ normalizer }), SyntaxError, "nests too deeply");
});

Deno.test("no text of any kind is too much for the standard steps", () => {
  const normalizer = sequenceOf("normalizers", [{ type: "NFKD" }, { type: "Lowercase" }, { type: "NFKD" }]);
  const tokenizer = tokenizerWith({ normalizer, pre_tokenizer: byteLevel });
  for (const character of ["\ufdfa", "\u1f82", "İ", "😀", "\ud834\udd64", "\u0f73", "字"]) {
    assertEquals(tokenizer.encode(character.repeat(10_000)).length > 10_000, true, character);
  }
});

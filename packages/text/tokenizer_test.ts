import { assertEquals, assertThrows } from "@std/assert";
import { Tokenizer } from "./mod.ts";
import { Vocabulary } from "./models/vocabulary.ts";
import { WordPiece } from "./models/word_piece.ts";
import { SplitPreTokenizer } from "./pre_tokenizers/split.ts";

/** A lower-casing WordPiece tokenizer with a few words; `changes` replace parts of its tokenizer.json. */
function tokenizerJson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const tokens = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "a",
    "b",
    "##b",
    "__proto__",
    "constructor",
    "x",
    "##x",
    ".",
  ];
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const piece = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: tokens.slice(0, 4).map(special),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: {
      type: "TemplateProcessing",
      single: [piece("[CLS]", 0), text("A", 0), piece("[SEP]", 0)],
      pair: [piece("[CLS]", 0), text("A", 0), piece("[SEP]", 0), text("B", 1), piece("[SEP]", 1)],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
    ...changes,
  };
}

const tokenizer = Tokenizer.fromJson(tokenizerJson());

Deno.test("Tokenizer finds tokens that are named like properties of objects", () => {
  assertEquals(tokenizer.encode("__proto__ constructor toString").tokens.slice(1, -1), [
    "__proto__",
    "constructor",
    "[UNK]",
  ]);
  assertEquals(tokenizer.tokenToId("__proto__"), 7);
  assertEquals(tokenizer.tokenToId("valueOf"), undefined);
  const again = Tokenizer.fromJson(JSON.stringify(tokenizer.toJson()));
  assertEquals(again.tokenToId("__proto__"), 7);
});

Deno.test("Tokenizer treats a lone surrogate as U+FFFD and keeps offsets into the original", () => {
  const text = "a \ud83d b\udc00b";
  const encoding = tokenizer.encode(text);
  assertEquals(encoding.tokens, ["[CLS]", "a", "b", "##b", "[SEP]"]);
  assertEquals(encoding.offsetsUtf16.slice(1, -1), [[0, 1], [4, 5], [6, 7]]);
  assertEquals(encoding.offsets.slice(1, -1), [[0, 1], [4, 5], [6, 7]]);
});

Deno.test("Encoding says where each token comes from", () => {
  const encoding = tokenizer.encode("a", "b", { padding: { length: 7 } });
  assertEquals(encoding.tokens, ["[CLS]", "a", "[SEP]", "b", "[SEP]", "[PAD]", "[PAD]"]);
  assertEquals(encoding.sequenceIds, [null, 0, null, 1, null, null, null]);
  assertEquals(encoding.attentionMask, Uint8Array.of(1, 1, 1, 1, 1, 0, 0));
  assertEquals(encoding.typeIds, Int32Array.of(0, 0, 0, 1, 1, 0, 0));
});

Deno.test("encode() counts the tokens that truncation cuts, repeated ones of a stride only once", () => {
  const encoding = tokenizer.encode("a b a b a b", undefined, { truncation: { maxLength: 5, stride: 1 } });
  assertEquals([encoding.length, encoding.truncated, encoding.truncatedTokens], [5, true, 3]);
  assertEquals(encoding.overflowing.map((window) => window.tokens.slice(1, -1)), [["a", "b", "a"], [
    "a",
    "b",
  ]]);
  assertEquals(tokenizer.encode("a b").truncated, false);
});

Deno.test("encode() leaves special tokens out on request, type ids stay", () => {
  const encoding = tokenizer.encode("a", "b", { addSpecialTokens: false });
  assertEquals(encoding.tokens, ["a", "b"]);
  assertEquals(encoding.typeIds, Int32Array.of(0, 1));
});

Deno.test("encode() applies truncation and padding of the tokenizer.json unless told otherwise", () => {
  const fixed = Tokenizer.fromJson(tokenizerJson({
    truncation: { direction: "Right", max_length: 4, strategy: "LongestFirst", stride: 0 },
    padding: {
      strategy: { Fixed: 6 },
      direction: "Right",
      pad_to_multiple_of: null,
      pad_id: 0,
      pad_type_id: 0,
      pad_token: "[PAD]",
    },
  }));
  assertEquals(fixed.encode("a b a b").ids, Int32Array.of(2, 4, 5, 3, 0, 0));
  assertEquals(fixed.encode("a b a", undefined, { truncation: null, padding: null }).length, 5);
  assertEquals(Tokenizer.fromJson(fixed.toJson()).toJson(), fixed.toJson());
});

Deno.test("encode() refuses a truncation that cannot be met", () => {
  const encode = (
    truncation: { maxLength: number; stride?: number; strategy?: "only_first" | "only_second" },
  ) => tokenizer.encode("a b a b", undefined, { truncation });
  assertThrows(() => encode({ maxLength: 1 }), RangeError, "2 special tokens are added");
  assertThrows(() => encode({ maxLength: 4, stride: 2 }), RangeError, "room for 2 tokens");
  assertThrows(() => encode({ maxLength: 4, strategy: "only_second" }), RangeError, "only one text");
  const pair = { truncation: { maxLength: 5, strategy: "only_first" as const } };
  assertThrows(() => tokenizer.encode("a", "b b b", pair), RangeError, "would vanish");
});

Deno.test("decode() refuses an id that is not in the vocabulary", () => {
  assertEquals(tokenizer.decode([2, 4, 6, 11, 3]), "ab.");
  assertEquals(tokenizer.decode([2, 4], { skipSpecialTokens: false }), "[CLS] a");
  assertThrows(
    () => tokenizer.decode([4, 99]),
    RangeError,
    "Cannot find token 99: the vocabulary has 12 tokens",
  );
});

const refused: [what: string, changes: Record<string, unknown>, message: string][] = [
  [
    "another model",
    { model: { type: "Markov" } },
    `model of type "Markov" is not supported; supported: BPE, Unigram, WordLevel, WordPiece`,
  ],
  ["another normalizer", { normalizer: { type: "Nfx" } }, `normalizer of type "Nfx" is not supported`],
  [
    "an unknown setting",
    { pre_tokenizer: { type: "WhitespaceSplit", x: 1 } },
    "pre_tokenizer.x = 1 is not supported",
  ],
  ["an unknown part", { adapters: {} }, "tokenizer.adapters = {} is not supported"],
  [
    "a nested unknown type",
    { normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Peel" }] } },
    `normalizer.normalizers[1] of type "Peel"`,
  ],
  [
    "an unknown behaviour of punctuation",
    { pre_tokenizer: { type: "Punctuation", behavior: "Doubled" } },
    `pre_tokenizer.behavior is "Doubled", expected one of "Removed", "Isolated"`,
  ],
  [
    "a post-processor with an unknown token",
    { post_processor: { type: "BertProcessing", sep: ["[END]", 3], cls: ["[CLS]", 2] } },
    `post_processor.sep names "[END]", which is not in the vocabulary`,
  ],
  [
    "a template with an undeclared token",
    {
      post_processor: {
        type: "TemplateProcessing",
        single: [{ SpecialToken: { id: "[CLS]", type_id: 0 } }],
        pair: [],
        special_tokens: {},
      },
    },
    `special token "[CLS]" is not one of`,
  ],
  [
    "a template with a wrong id",
    {
      post_processor: {
        type: "TemplateProcessing",
        single: [],
        pair: [],
        special_tokens: { "[CLS]": { id: "[CLS]", ids: [3], tokens: ["[CLS]"] } },
      },
    },
    `gives "[CLS]" the id 3, the vocabulary has 2`,
  ],
  [
    "an added token with an impossible id",
    { added_tokens: [{ id: 40, content: "<x>", special: false }] },
    `added token "<x>" has the id 40, expected 12`,
  ],
  ["a decoder that is not built", { decoder: { type: "CTC" } }, `decoder of type "CTC" is not supported`],
  [
    "a regular expression outside of what is linear",
    {
      pre_tokenizer: { type: "Split", pattern: { Regex: "(a)\\1" }, behavior: "Isolated", invert: false },
    },
    `Cannot use the regular expression "(a)\\\\1": \\1, which is not supported`,
  ],
  [
    "a pattern of another kind",
    { normalizer: { type: "Replace", pattern: { Glob: "*" }, content: "" } },
    `normalizer.pattern is {"Glob":"*"}, expected a String or Regex`,
  ],
  [
    "random merges",
    { model: { type: "BPE", dropout: 0.1, vocab: {}, merges: [] } },
    "model.dropout is 0.1, expected null",
  ],
  [
    "a merge that is not in the vocabulary",
    { model: { type: "BPE", vocab: { a: 0, b: 1 }, merges: ["a b"] } },
    `merge 0 of "a" and "b" needs "ab", which is not in it`,
  ],
  [
    "a score that is no number",
    { model: { type: "Unigram", unk_id: 0, vocab: [["a", "0"]] } },
    `model.vocab[0] is ["a","0"], expected [token, score]`,
  ],
  [
    "an unknown token beyond the vocabulary",
    { model: { type: "Unigram", unk_id: 1, vocab: [["a", 0]] } },
    "model.unk_id is 1, expected the id of one of 1 tokens",
  ],
  [
    "a charsmap that is shorter than it says",
    { normalizer: { type: "Precompiled", precompiled_charsmap: "/////wAA" } },
    "precompiled_charsmap has 6 bytes with a trie of 4294967295",
  ],
  [
    "two post-processors that add special tokens",
    {
      post_processor: {
        type: "Sequence",
        processors: [1, 2].map(() => ({ type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] })),
      },
    },
    "only one may add special tokens",
  ],
  ["a missing part", { model: undefined }, "model is missing, expected an object"],
];
for (const [what, changes, message] of refused) {
  Deno.test(`Tokenizer.fromJson() refuses ${what} by name`, () => {
    assertThrows(() => Tokenizer.fromJson(tokenizerJson(changes)), SyntaxError, message);
  });
}

Deno.test("Tokenizer.fromJson() refuses a vocabulary that is inconsistent", () => {
  const model = (vocab: Record<string, unknown>) =>
    tokenizerJson({
      model: { ...tokenizerJson().model as object, vocab },
      added_tokens: [],
      post_processor: null,
    });
  assertThrows(() => Tokenizer.fromJson(model({ a: 0 })), SyntaxError, `unknown token "[UNK]" is not in it`);
  assertThrows(() => Tokenizer.fromJson(model({ "[UNK]": 0, a: 0 })), SyntaxError, `share the id 0`);
  assertThrows(
    () => Tokenizer.fromJson(model({ "[UNK]": 0, a: -1 })),
    SyntaxError,
    `["a"] is -1, expected an id`,
  );
});

Deno.test("encode() refuses an unknown character where a Unigram tokenizer has no unknown token", () => {
  const model = { type: "Unigram", unk_id: null, vocab: [["a", -1]] };
  const unigram = Tokenizer.fromJson({ version: "1.0", added_tokens: [], model });
  assertEquals(unigram.encode("aa").ids, Int32Array.of(0, 0));
  assertThrows(() => unigram.encode("ab"), RangeError, `Cannot tokenize "b"`);
});

const untyped: [type: string, model: Record<string, unknown>][] = [
  ["BPE", {
    dropout: null,
    continuing_subword_prefix: "",
    vocab: { a: 0, b: 1, ab: 2 },
    merges: ["#version: 0.2", "a b"],
  }],
  ["Unigram", { unk_id: 0, vocab: [["a", -1]] }],
  ["WordLevel", { unk_token: "a", vocab: { a: 0 } }],
  ["WordPiece", {
    unk_token: "a",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: { a: 0 },
  }],
];
for (const [type, model] of untyped) {
  Deno.test(`Tokenizer.fromJson() recognizes ${type} in an old file without the type of its model`, () => {
    const read = Tokenizer.fromJson({ version: "1.0", added_tokens: [], model }).toJson();
    assertEquals((read.model as { type: string }).type, type);
  });
}

Deno.test("encode() with stopEarly keeps the same tokens and places, and reads only a little beyond them", () => {
  const words = new Map([["[UNK]", 0], ["a", 1], ["##b", 2], ["c", 3]]);
  const read: string[] = [];
  class Reading extends WordPiece {
    override tokenize(...args: Parameters<WordPiece["tokenize"]>) {
      read.push(args[0]);
      super.tokenize(...args);
    }
  }
  const tokenizer = new Tokenizer({
    model: new Reading(new Vocabulary(words)),
    preTokenizer: SplitPreTokenizer.bert(),
  });
  const text = "ab c ".repeat(1000);
  for (const maxLength of [0, 1, 2, 7, 2999, 3000, 3001]) {
    for (const offsets of [false, true]) {
      const options = { truncation: { maxLength }, offsets };
      read.length = 0;
      const early = tokenizer.encode(text, undefined, { ...options, stopEarly: true });
      const all = tokenizer.encode(text, undefined, options);
      assertEquals(early.ids, all.ids);
      assertEquals(early.offsetsUtf16, all.offsetsUtf16);
      assertEquals(early.truncated, all.truncated);
    }
  }
  read.length = 0;
  const cut = tokenizer.encode(text, undefined, {
    truncation: { maxLength: 9 },
    stopEarly: true,
    offsets: true,
  });
  assertEquals([cut.offsetsUtf16.at(-1), read.length], [[13, 14], 7]);

  // Of a pair, the longer text gets the odd token of the room
  for (const [first, second] of [["c ".repeat(50), "a ".repeat(40)], ["c ".repeat(40), "a ".repeat(50)]]) {
    const options = { truncation: { maxLength: 7 } };
    const early = tokenizer.encode(first, second, { ...options, stopEarly: true });
    assertEquals(early.ids, tokenizer.encode(first, second, options).ids);
  }
});

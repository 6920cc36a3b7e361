"""Records what Python `tokenizers` makes of difficult texts, for tests/golden/tokenizer.

    pip install tokenizers==0.23.3
    python tests/interop/record_tokenizer_cases.py tests/golden/tokenizer/wordpiece_cased

Reads FOLDER/tokenizer.json; writes FOLDER/golden.jsonl (that tokenizer) and FOLDER/variants.jsonl (the same
vocabulary with the other settings of tokenizer_variants.py, one variant a line).
"""
import json
import sys

from tokenizers import Tokenizer

from tokenizer_variants import applied, variants

TEXTS = [
    "", "  \t\n ", "Hello, World!", "don't re-enter e-mail", "unaffable embeddings", "x" * 99, "x" * 100, "x" * 101,
    "😀" * 100, "😀" * 101, "Crème brûlée ÀÉÎ", "straße STRASSE ẞ", "ΑΣ ΟΔΟΣ ΣΊΣΥΦΟΣ", "İstanbul ıI", "Ǆ ǅ ǆ ﬁ ﬂ Å",
    "e\u0301 vs é, \u0301 alone, q\u0323\u0307 q\u0307\u0323 \u0344\u0591", "東京 is \U00020000\U0002a701, 豈 ㎏ ㋿",
    "한국어 각 \u1112\u1161\u11ab", "हिन्दी में مرحبا ١٢٣", "I love 🍕, 👩‍👩‍👧 and 🇩🇪 ❤️!", "a😀b\U00010348c",
    "nul\0byte del\x7f c1\x85x\x90y \ufeffbom \ufffd z\u200dw \u00adsoft", "nb\u00a0sp \u2003em\u2028line\u3000wide",
    "$100.50 ٣x²+½Ⅷ 3rd 2024-01-31", "C:\\x {}[]()<> _a_ @u #1 `~^|", "–—−¿¡„“ \u061d \u2e52 \u166d",
    "[SEP] a[MASK]b [[CLS]] [mask] ##ing", "\u07fd\u1ac1\u0301 \U000105c9 \U00011938", "<x>a <x> b<y>  c <w> d<w>e <w>",
    "__proto__ constructor toString",
]
SENTENCES = [
    "The cat sat on the mat while the rain fell on the old roof.",
    "Who wrote this book, and where was it found?",
    "",
    "It is not what you know; it is what you do with it that counts in the end!",
]
TRUNCATIONS = [
    (0, None, dict(max_length=8)), (3, None, dict(max_length=12, stride=4)), (0, None, dict(max_length=3)),
    (3, None, dict(max_length=2)), (3, None, dict(max_length=9, stride=2, direction="left")),
    (0, 1, dict(max_length=14)), (1, 3, dict(max_length=13, stride=1)), (3, 1, dict(shorter_by=3, strategy="only_first")),
    (1, 3, dict(shorter_by=5, strategy="only_second")), (2, 3, dict(max_length=10)), (0, 3, dict(max_length=None)),
    (0, 1, dict(max_length=15, direction="left")),
]
PADDINGS = [dict(), dict(direction="left"), dict(pad_to_multiple_of=8)]


def to_utf16(text, position):
    return position + sum(ord(c) > 0xFFFF for c in text[:position])


def record(tokenizer, text, pair=None, truncate=None):
    tokenizer.no_truncation()
    if truncate:
        truncate = dict(truncate)
        if "shorter_by" in truncate:
            truncate["max_length"] = len(tokenizer.encode(text, pair)) - truncate.pop("shorter_by")
        elif truncate["max_length"] is None:
            truncate["max_length"] = tokenizer.num_special_tokens_to_add(pair is not None)
        tokenizer.enable_truncation(**truncate)
    encoding = tokenizer.encode(text, pair)
    texts = {0: text, 1: pair, None: ""}
    case = {
        "text": text,
        "ids": encoding.ids,
        "tokens": encoding.tokens,
        "offsets": encoding.offsets,
        "offsets_utf16": [
            [to_utf16(texts[s], start), to_utf16(texts[s], end)]
            for (start, end), s in zip(encoding.offsets, encoding.sequence_ids)
        ],
        "type_ids": encoding.type_ids,
        "special": encoding.special_tokens_mask,
        "decoded": tokenizer.decode(encoding.ids),
    }
    if pair is not None:
        case["pair"] = pair
    if truncate:
        windows = encoding.overflowing
        overflowing = dict(
            overflowing_ids=[window.ids for window in windows],
            overflowing_offsets=[window.offsets for window in windows],
        )
        case["truncate"] = dict(truncate, **overflowing)
    return case


def record_batch(tokenizer, padding):
    tokenizer.no_truncation()
    tokenizer.enable_padding(**padding)
    encodings = tokenizer.encode_batch(SENTENCES)
    tokenizer.no_padding()
    return {
        "batch": SENTENCES,
        "padding": dict(dict(direction="right", pad_to_multiple_of=None, pad_id=0), **padding),
        "ids": [e.ids for e in encodings],
        "attention_mask": [e.attention_mask for e in encodings],
        "type_ids": [e.type_ids for e in encodings],
    }


def main(folder):
    with open(f"{folder}/tokenizer.json", encoding="utf-8") as file:
        base = json.load(file)
    tokenizer = Tokenizer.from_str(json.dumps(base))
    with open(f"{folder}/golden.jsonl", "w", encoding="utf-8") as out:
        cases = [record(tokenizer, text) for text in TEXTS + SENTENCES[:2]]
        cases += [record(tokenizer, a, b) for a, b in zip(SENTENCES, SENTENCES[1:])]
        cases += [
            record(tokenizer, SENTENCES[a], None if b is None else SENTENCES[b], truncate)
            for a, b, truncate in TRUNCATIONS
        ]
        cases += [record_batch(tokenizer, padding) for padding in PADDINGS]
        for case in cases:
            out.write(json.dumps(case, separators=(",", ":")) + "\n")
    with open(f"{folder}/variants.jsonl", "w", encoding="utf-8") as out:
        for number, (name, changes) in enumerate(variants(base)):
            tokenizer = Tokenizer.from_str(json.dumps(applied(base, changes)))
            cases = [record(tokenizer, text) for text in TEXTS[number % 2 :: 2] if len(text) < 90]
            cases.append(record(tokenizer, SENTENCES[0], SENTENCES[1]))
            out.write(json.dumps(dict(name=name, changes=changes, cases=cases), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

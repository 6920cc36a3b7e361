"""Checks @taxon/text against Python `tokenizers` on random texts of hard characters.

    pip install tokenizers==0.23.3
    python tests/interop/tokenizers_fuzz.py [texts per tokenizer, default 300] [seed, default 0] [tokenizer.json …]

Encodes the texts with every tokenizer.json of tests/golden/tokenizer in all its variants, or with those that are
named, and has tokenizers_fuzz.ts compare ids, tokens, offsets and decoded text. Exit code 0 if all agree.
"""
import json
import pathlib
import random
import subprocess
import sys
import unicodedata

from tokenizers import Tokenizer

from record_tokenizer_cases import record
from tokenizer_variants import applied, variants

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden" / "tokenizer"
HARD = list(
    " \t\n\r\v\f\0\u00a0\u0085\u2003\u2028\u3000\ufeff\u200b\u200d\ufe0f\u00ad\u0301\u0323\u0307\u0345\u3099"
    "'’.,!?-_<>[]()#@▁ĠéÉßẞİıΣσςǅﬁ½²٣Ⅷ㎏㋿①Ａ東京豈각한हि"
) + ["'s", "'LL", "  ", "   ", "\r\n", "😀", "👩‍👩‍👧", "🇩🇪", "\U00020000", "\U00010348", "e\u0301", "q\u0323\u0307",
     "\u1112\u1161\u11ab", "<x>", "<y>", " <w> ", "<s>", "</s>", "<mask>", "[SEP]", "<unk>", "<0x41>", "Crème"]
WORDS = "the tokenizer of a model reads text and gives ids with offsets Hello World 12 345 train test".split()


def random_character(rng):
    while True:
        character = chr(rng.choice([rng.randrange(0x20, 0x7F), rng.randrange(0x2000), rng.randrange(0x20000)]))
        if unicodedata.category(character) not in ("Cs", "Cn"):
            return character


def random_text(rng):
    kinds = [
        lambda: rng.choice(HARD), lambda: rng.choice(WORDS), lambda: " ",
        lambda: random_character(rng), lambda: rng.choice("abcdefghijklmnopqrstuvwxyzABC0123456789"),
    ]
    return "".join(rng.choice(kinds)() for _ in range(rng.randrange(1, 25)))


def settings(paths):
    for path in paths:
        base = json.loads(path.read_text(encoding="utf-8"))
        yield f"{path.parent.name}/{path.name}", base
        if path.is_relative_to(GOLDEN):
            for name, changes in variants(base):
                yield f"{path.parent.name} with {name}", applied(base, changes)


def main(count, seed, paths):
    rng = random.Random(seed)
    compare = subprocess.Popen(
        ["deno", "run", str(HERE / "tokenizers_fuzz.ts")], stdin=subprocess.PIPE, text=True, encoding="utf-8"
    )
    for name, tokenizer_json in settings(paths):
        tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json))
        cases = []
        for _ in range(count):
            text, pair = random_text(rng), random_text(rng) if rng.random() < 0.2 else None
            truncate = dict(max_length=rng.randrange(12, 30), stride=rng.randrange(2)) if rng.random() < 0.2 else None
            cases.append(record(tokenizer, text, pair, truncate))
        compare.stdin.write(json.dumps(dict(name=name, tokenizer=tokenizer_json, cases=cases)) + "\n")
    compare.stdin.close()
    return compare.wait()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    files = [pathlib.Path(path).resolve() for path in arguments[2:]] or sorted(GOLDEN.glob("*/tokenizer.json"))
    sys.exit(main(int(arguments[0]) if arguments else 300, int(arguments[1]) if len(arguments) > 1 else 0, files))

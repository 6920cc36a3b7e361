"""Checks that Python `tokenizers` reads a tokenizer.json of ours and encodes texts to the same ids and offsets.

    pip install tokenizers==0.23.3
    python tests/interop/tokenizers_check.py tokenizer.json texts.jsonl

A line of texts.jsonl holds `text`, optionally `pair`, and what we made of it: `ids` and `offsets` (in code points).
Exits 1 and prints the first differences if there are any.
"""
import json
import sys

from tokenizers import Tokenizer


def main(tokenizer_path, texts_path):
    tokenizer = Tokenizer.from_file(tokenizer_path)
    checked, wrong = 0, []
    with open(texts_path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            case = json.loads(line)
            encoding = tokenizer.encode(case["text"], case.get("pair"))
            for name, ours, theirs in (
                ("ids", case["ids"], encoding.ids),
                ("offsets", case["offsets"], [list(o) for o in encoding.offsets]),
            ):
                if ours != theirs:
                    wrong.append(f"line {number}: {name} of {case['text'][:60]!a}: {ours}, expected {theirs}")
            checked += 1
    for message in wrong[:10]:
        print(message)
    print(f"{checked} texts, {len(wrong)} differences, vocabulary of {tokenizer.get_vocab_size()}")
    return 1 if wrong or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Checks that the ONNX file of a model trained from scratch, with its n-gram branch, gives Taxon's logits for texts.

    pip install numpy onnx onnxruntime transformers
    python tests/interop/onnx_ngrams_check.py

Trains on the embedded texts, on texts with several labels each and on pairs, exports each model, and goes from text to
logits as docs/export.md says. Texts of all scripts must have Taxon's logits in batches of any mixture. Exit code 0 if so.
"""

import csv
import json
import pathlib
import random
import subprocess
import tempfile

import numpy as np
import onnx
import onnxruntime
from transformers import AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
ALLOWED = 1e-5  # of logits of size 1
WORDS = "soup bread cheese goal match referee rain storm sunny the a was today again very we had some nice".split()
TOPICS = {"food": WORDS[:3], "sport": WORDS[3:6], "weather": WORDS[6:9]}
SCRIPTS = ["abc XYZ 019_", "àéîõü ÀÉÎÕÜ ßẞ İIıi ŉǅ", "ΑΒΓΣΟΔ αβγσςοδ", "Привет МИР", "हिन्दी ক্ষ", "東京 中文字 ひらがな カタカナ", "한국어",
           "עברית العربية", "😀👩‍👩‍👧🏳️‍🌈🇩🇪", "𐐀𐐨𞤀𞤢𝔘𝔫𠀀", ".,;:!?…–—'\"()[]{}@#€$%^&*", " \t\n\r\u00a0\u2003\u3000\ufeff\u200b\x85\x1c", "ﬁ ①²³ Ⅳ ⅷ ̈ ́",
           "\x00\x01\x7f\ufffd\uffff\U0010ffff\ue000"]
TEXTS = ["", " ", "\0", "a", "no no", "the soup was very nice today", "Rain, rain; RAIN!", "ΟΔΟΣ οδός ΣΑΣ Σ", "İstanbul İ ı", "😀", "😀😀 😀",
         "goal " * 400, "x" * 3000, "東京" * 300, "word" + " " * 500 + "word", "a\0b\0\0c", "𐐀𐐁 𐐨𐐩", "e\u0301 é", "..." * 100]


def random_text(draw):
    pieces = []
    for _ in range(draw.choice([1, 2, 5, 10, 40])):
        script = draw.choice(SCRIPTS)
        whole = draw.random() < 0.5
        pieces.append(draw.choice(WORDS) if whole else "".join(draw.choices(script, k=draw.randint(1, 8))))
    return draw.choice([" ", "", ", "]).join(pieces)


def train(folder, name, rows=(), flags=()):
    data = []
    if rows:
        path = folder / f"{name}.csv"
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows(rows)
        data = ["--train", str(path)]
    run, exported = str(folder / name), str(folder / f"{name}-onnx")
    for command in (["train", "--output", run, "--backend", "cpu", *data, *flags], ["export", "--model", run, "--output", exported]):
        done = subprocess.run(["deno", "task", *command], cwd=HERE, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return run, exported


def taxon_logits(folder, inputs):
    command = ["deno", "run", "-A", str(HERE / "classify.ts"), folder, json.dumps(inputs)]
    answers = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return np.array([answer["logits"] for answer in answers])


def read_part(text, encoding, sequence=0):
    """The part of a text that its tokens cover, where it was cut."""
    if not encoding.overflowing:
        return text
    own = [place for place, of in zip(encoding.offsets, encoding.sequence_ids) if of == sequence]
    return text[min(start for start, _ in own) : max(end for _, end in own)] if own else ""


def read(given, encoding):
    if isinstance(given, str):
        return read_part(given, encoding)
    return " ␞ ".join(read_part(text, encoding, i) for i, text in enumerate(given))


def onnx_logits(session, tokenizer, inputs, read=read):
    batch = tokenizer(inputs, padding=True, truncation=True, return_tensors="np")
    texts = [read(given, encoding) for given, encoding in zip(inputs, batch.encodings)]
    characters = np.array(texts).view(np.uint32).reshape(len(texts), -1).astype(np.int64)
    return session.run(["logits"], {**batch, "characters": characters})[0]


def check(name, run, exported, inputs):
    path = f"{exported}/model.onnx"
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    tokenizer = AutoTokenizer.from_pretrained(exported)
    expected = taxon_logits(run, inputs)
    blind = onnx_logits(session, tokenizer, inputs, read=lambda *_: "")
    assert np.abs(blind - expected).max() > 100 * ALLOWED, f"{name}: n-grams make no difference"
    try:
        session.run(["logits"], {**tokenizer(["a", "b"], padding=True, return_tensors="np"), "characters": np.full((1, 1), 97)})
    except Exception as error:
        assert "cannot be reshaped" in str(error), error
    else:
        raise AssertionError(f"{name}: one row of characters was taken for two texts")
    parts = {"alone": [[each] for each in inputs], "in pairs": [inputs[i : i + 2] for i in range(0, len(inputs), 2)],
             "by 32": [inputs[i : i + 32] for i in range(0, len(inputs), 32)]}
    for how, batches in parts.items():
        got = np.concatenate([onnx_logits(session, tokenizer, batch) for batch in batches])
        gaps = np.abs(got - expected).max(axis=1) / max(1, np.abs(expected).max())
        worst = int(gaps.argmax())
        assert gaps[worst] < ALLOWED, f"{name}, {how}: {inputs[worst]!r} is apart by {gaps[worst]}"
        print(f"{name}: {len(inputs)} texts {how}, logits apart by at most {gaps.max():.1e} of their size")


def rows_of(draw, kind):
    for _ in range(300):
        topics = draw.sample(list(TOPICS), k=draw.choice([1, 1, 2]))
        text = " ".join(draw.choices([word for topic in topics for word in TOPICS[topic]] + WORDS[9:], k=9))
        if kind == "pairs":
            other = draw.choice(list(TOPICS))
            yield [text, " ".join(draw.choices(TOPICS[other] + WORDS[9:], k=6)), f"{topics[0]} and {other}"]
        else:
            yield [text, "|".join(topics)]


with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    draw = random.Random(7)
    texts = TEXTS + [random_text(draw) for _ in range(250)]
    onnxruntime.set_default_logger_severity(4)  # of the refusal that is wanted
    check("embedded data", *train(folder, "embedded", flags=["--epochs", "6"]), texts)
    rows = [["text", "label"], *rows_of(draw, "several")]
    check("several labels", *train(folder, "several", rows, ["--epochs", "3", "--label-separator", "|"]), texts)
    pairs = [[draw.choice(texts), draw.choice(texts) or "none"] for _ in range(200)]  # an empty second text is none
    rows = [["text", "text_pair", "label"], *rows_of(draw, "pairs")]
    check("pairs", *train(folder, "pairs", rows, ["--epochs", "3"]), pairs)

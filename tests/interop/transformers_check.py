"""Checks that checkpoints go from Python to Taxon and back with the same ids and logits.

    pip install transformers torch onnxruntime
    python tests/interop/transformers_check.py

For each architecture transformers saves a random classifier and its tokenizer; Taxon must give its logits. Taxon then
fine-tunes it, and transformers must load the run without a missing or unexpected tensor and give Taxon's ids, token
types and logits, of a padded batch too, and so must ONNX Runtime for what `export` makes of it. Exit code 0 if so.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

import onnxruntime
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (AutoModelForSequenceClassification, AutoTokenizer, BertConfig, DistilBertConfig,
                          ModernBertConfig, PreTrainedTokenizerFast, RobertaConfig)

HERE = pathlib.Path(__file__).resolve().parent
ALLOWED = 1e-4  # of logits of size 1: two programs add in other orders

WORDS = "soup bread cheese goal match referee rain storm sunny the a was today again very we had some nice".split()
TEXTS = ["soup", "the rain was very nice today", "we had some Cheese and bread, again!", "goal match " * 30,
         "naïve 42 – 東京 <mask> [MASK]", ["rain today", "storm and soup"], ["a", "goal " * 50]]


def sentences(count):
    draw = random.Random(1)
    return [" ".join(draw.choices(WORDS, k=draw.randint(3, 12))) for _ in range(count)]


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(sentences(200), trainers.WordPieceTrainer(vocab_size=150, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer, dict(zip(["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"], special))


def byte_level(special, bert_pairs):
    names = ["cls_token", "pad_token", "sep_token", "unk_token", "mask_token"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(sentences(200), trainers.BpeTrainer(
        vocab_size=350, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    cls, sep = (special[0], 0), (special[2], 2)
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]", [cls, sep]) if bert_pairs else processors.RobertaProcessing(sep, cls)
    return tokenizer, dict(zip(names, special))


def architectures():
    small = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48)
    types = ["input_ids", "token_type_ids", "attention_mask"]
    yield "bert", BertConfig(**small, max_position_embeddings=40, num_labels=3), word_piece(), types, 40
    yield "distilbert", DistilBertConfig(dim=32, n_layers=2, n_heads=2, hidden_dim=48, max_position_embeddings=40,
                                         num_labels=3), word_piece(), types[::2], 40
    roberta = RobertaConfig(**small, max_position_embeddings=42, type_vocab_size=1, num_labels=3)
    yield "roberta", roberta, byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], False), types[::2], 40
    for pooling in ["cls", "mean"]:
        modern = ModernBertConfig(**{**small, "num_hidden_layers": 4}, local_attention=8, max_position_embeddings=64,
                                  classifier_pooling=pooling, num_labels=3, pad_token_id=1, cls_token_id=0,
                                  bos_token_id=0, sep_token_id=2, eos_token_id=2)
        special = byte_level(["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"], True)
        yield f"modernbert {pooling}", modern, special, types[::2], 64


def python_answers(folder):
    model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    assert not any(info.values()), f"{folder}: {info}"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model.eval()
    pairs = [(text, None) if isinstance(text, str) else text for text in TEXTS]
    firsts, seconds = [first for first, _ in pairs], [second for _, second in pairs]
    rows = [dict(tokenizer(first, second, truncation=True)) for first, second in zip(firsts, seconds)]
    with torch.no_grad():
        batch = tokenizer.pad(rows, return_tensors="pt")
        padded = model(**batch).logits
        single = torch.cat([model(**{k: torch.tensor([v]) for k, v in row.items()}).logits for row in rows])
    return rows, padded, single


def compare(folder, what):
    rows, padded, single = python_answers(folder)
    taxon = json.loads(subprocess.run(["deno", "run", "-A", str(HERE / "classify.ts"), str(folder), json.dumps(TEXTS)],
                                      check=True, stdout=subprocess.PIPE).stdout)
    for text, row, ours in zip(TEXTS, rows, taxon):
        assert ours["ids"] == row["input_ids"], f"{what}: ids of {text!r}: {ours['ids']}, not {row['input_ids']}"
        types = row.get("token_type_ids", [0] * len(row["input_ids"]))
        assert ours["typeIds"] == types, f"{what}: types of {text!r}: {ours['typeIds']}, not {types}"
    logits = torch.tensor([ours["logits"] for ours in taxon])
    apart = max((logits - single).abs().max().item(), (logits - padded).abs().max().item())
    print(f"{what}: {len(TEXTS)} texts, ids equal, logits of size {logits.abs().max():.2f} apart by at most {apart:.1e}")
    assert apart < ALLOWED * max(1, logits.abs().max().item()), f"{what}: logits are apart by {apart}"


def compare_onnx(folder, exported, what):
    run_task("export", "--model", folder, "--output", exported)
    tokenizer = AutoTokenizer.from_pretrained(exported)
    session = onnxruntime.InferenceSession(str(exported / "model.onnx"), providers=["CPUExecutionProvider"])
    rows, _, expected = python_answers(folder)
    batch = tokenizer.pad(rows, return_tensors="np")
    apart = abs(torch.tensor(session.run(["logits"], dict(batch))[0]) - expected).max().item()
    print(f"{what}: logits of a padded batch apart from PyTorch's by at most {apart:.1e}")
    assert apart < ALLOWED * max(1, expected.abs().max().item()), f"{what}: logits are apart by {apart}"


def run_task(name, *args):
    subprocess.run(["deno", "task", name, *map(str, args)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, cwd=HERE.parents[1])


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        data = folder / "train.csv"
        data.write_text("text,label\n" + "".join(f"{text},{'abc'[i % 3]}\n" for i, text in enumerate(sentences(60))))
        for name, config, (tokenizer, special), inputs, longest in architectures():
            theirs, ours = folder / name, folder / f"{name} trained"
            torch.manual_seed(1)
            config.vocab_size = tokenizer.get_vocab_size()
            config.initializer_range = 0.3  # logits of size 1
            model = AutoModelForSequenceClassification.from_config(config)
            model.save_pretrained(theirs)
            PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=longest, model_input_names=inputs,
                                    **special).save_pretrained(theirs)
            compare(theirs, f"{name}, Python saves, Taxon loads")
            run_task("train", "--from", theirs, "--train", data, "--output", ours, "--epochs", 1, "--lr", 0.001,
                     "--backend", "cpu")
            compare(ours, f"{name}, Taxon trains, Python loads")
            compare(next(ours.glob("checkpoint-*")), f"{name}, a checkpoint of the run")
            compare_onnx(ours, folder / f"{name} onnx", f"{name}, ONNX Runtime")


if __name__ == "__main__":
    sys.exit(main())

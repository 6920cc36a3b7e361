"""Trains the small byte-level BPE and Unigram tokenizers of tests/golden/tokenizer on the documents of this repository.

    pip install tokenizers==0.23.3
    python tests/interop/train_small_tokenizers.py tests/golden/tokenizer

Writes bytelevel_bpe/tokenizer.json (as RoBERTa's) and unigram/tokenizer.json (as XLM-RoBERTa's, with byte tokens).
"""
import glob
import json
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
BYTES = [f"<0x{i:02X}>" for i in range(256)]


def byte_level_bpe(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def unigram(texts):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=700, special_tokens=SPECIAL + BYTES, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def main(folder):
    texts = []
    for name in sorted(glob.glob("*.md") + glob.glob("docs/**/*.md", recursive=True)):
        with open(name, encoding="utf-8") as file:
            texts += file.read().split("\n")
    byte_level_bpe(texts).save(f"{folder}/bytelevel_bpe/tokenizer.json", pretty=False)
    trained = json.loads(unigram(texts).to_str())
    trained["added_tokens"] = trained["added_tokens"][: len(SPECIAL)]  # bytes are tokens like others
    with open(f"{folder}/unigram/tokenizer.json", "w", encoding="utf-8") as file:
        json.dump(trained, file, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])

"""Settings that record_tokenizer_cases.py records beside those of a tokenizer.json itself."""


def variants(base):
    """Pairs of a name and the parts of the tokenizer.json that are changed."""
    kinds = {"WordPiece": word_piece_variants, "BPE": bpe_variants, "Unigram": unigram_variants}
    return kinds[base["model"]["type"]](base)


def kind(name, **fields):
    return dict(type=name, **fields)


def bert(**changes):
    fields = dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    return kind("BertNormalizer", **dict(fields, **changes))


def normalizers(*items):
    return kind("Sequence", normalizers=list(items))


def pre_tokenizers(*items):
    return kind("Sequence", pretokenizers=list(items))


def applied(base, changes):
    """The tokenizer.json `base` with `changes`; those of the model without a type are changes of its settings."""
    model = changes.get("model", {})
    return dict(base, **dict(changes, model=model if "type" in model else dict(base["model"], **model)))


def word_piece_variants(base):
    size = len(base["model"]["vocab"])
    added = [dict(a, id=size + i) for i, a in enumerate([
        dict(content="<x>", single_word=False, lstrip=True, rstrip=False, normalized=False, special=False),
        dict(content="<y>", single_word=False, lstrip=False, rstrip=True, normalized=True, special=True),
        dict(content="<w>", single_word=True, lstrip=True, rstrip=True, normalized=False, special=False),
        dict(content="é", single_word=False, lstrip=False, rstrip=False, normalized=True, special=False),
    ])]
    yield "BertNormalizer lowercase", dict(normalizer=bert())
    yield "BertNormalizer lowercase, accents kept", dict(normalizer=bert(strip_accents=False))
    yield "BertNormalizer accents only", dict(normalizer=bert(lowercase=False, strip_accents=True))
    yield "BertNormalizer neither clean nor Chinese", dict(normalizer=bert(clean_text=False, handle_chinese_chars=False))
    yield "no normalizer, WhitespaceSplit", dict(normalizer=None, pre_tokenizer=kind("WhitespaceSplit"))
    yield "NFC, Whitespace", dict(normalizer=kind("NFC"), pre_tokenizer=kind("Whitespace"))
    yield "NFD, Punctuation", dict(normalizer=kind("NFD"), pre_tokenizer=kind("Punctuation", behavior="Isolated"))
    yield "NFKC, no pre-tokenizer", dict(normalizer=kind("NFKC"), pre_tokenizer=None)
    yield "NFKD, StripAccents, Lowercase, Whitespace, Digits", dict(
        normalizer=normalizers(kind("NFKD"), kind("StripAccents"), kind("Lowercase")),
        pre_tokenizer=pre_tokenizers(kind("Whitespace"), kind("Digits", individual_digits=True)),
    )
    yield "Digits together", dict(pre_tokenizer=pre_tokenizers(kind("BertPreTokenizer"), kind("Digits", individual_digits=False)))
    yield "BertProcessing", dict(post_processor=kind("BertProcessing", sep=["[SEP]", 3], cls=["[CLS]", 2]))
    yield "no post-processor, no decoder", dict(post_processor=None, decoder=None)
    yield "added tokens", dict(added_tokens=base["added_tokens"] + added)
    words = [token["content"] for token in base["added_tokens"]] + "Hello the cat , . e".split()
    vocab = {word: i for i, word in enumerate(words)}
    yield "whole words", dict(model=kind("WordLevel", vocab=vocab, unk_token="[UNK]"))


# The rules ﬁ → fi, Ａ → A, ㎏ → kg, e + U+301 → é, CR, LF, TAB, U+2003, U+3000 → space, U+200B, U+AD → nothing,
# ㍿ → 株式会社, ½ → 1/2, U+301 → nothing, q + U+323 + U+307 → Q, U+1112 U+1161 U+11AB → 한, İ → i, compiled with
# SentencePieceTrainer.train(normalization_rule_tsv=…) of sentencepiece 0.2.3.
CHARSMAP = (
    "AAQAAAAgAAAJCQAACgUAAAEAAIDMDAIADRkAAIEFAAATAACAzIgCAKM8AwDMGAIAhx0AAAkAAICtDQAAAAAAgAMAAIAOAACAsAUAAIFxAACEVA"
    "IAkoADAOEcAgChvAMAhYACAOEcAgCGoAIAqwUAACMAAICA/AIAvUkAAIB1AAAWAACAg40AAI8JAACA8AIAEAAAgL/tAACsCAIAgQUAAAsAAICL"
    "mQAAoQ0AAAcAAIAqAAAAjggCACwAAAAvAAAAjdACADEAAAAwAAAAMwAAADIAAAA1AAAAvPQCADcAAAA2AAAAOQAAADgAAAA7AAAAOgAAAD0AAA"
    "A8AAAAPwAAAD4AAABBAAAAQAAAAEMAAABCAAAARQAAAEQAAABHAAAARgAAAEkAAABIAAAASwAAAEoAAABNAAAATAAAAE8AAABOAAAAUQAAAFAA"
    "AABTAAAAUgAAAFUAAABUAAAAVwAAAFYAAABZAAAAWAAAAFsAAABaAAAAXQAAAFwAAABfAAAAXgAAAGEAAABgAAAAYwAAAGIAAABlAAAAZAAAAG"
    "cAAABmAAAAaQAAAGgAAABrAAAAagAAAG0AAABllAIAbwAAAG4AAABxAAAAcAAAAHMAAAByAAAAdQAAAHQAAAB3AAAAdgAAAHkAAABx9AIAewAA"
    "AHoAAAB9AAAAfAAAAH8AAAB+AAAAgQAAAIAAAACDAAAAggAAAIUAAACEAAAAhwAAAIYAAACJAAAAiAAAAIsAAACKAAAAjQAAAIwAAACPAAAAjg"
    "AAAJEAAACQAAAAkwAAAJIAAACVAAAAlAAAAJcAAACWAAAAmQAAAJgAAACbAAAAmgAAAJ0AAACcAAAAnwAAAJ4AAAChAAAAoAAAAKMAAACiAAAA"
    "pQAAAKQAAACnAAAApgAAAKkAAACoAAAAqwAAAKoAAACtAAAArAAAAK8AAACuAAAAsQAAALAAAACzAAAAsgAAALUAAAC0AAAAtwAAALYAAAC5AA"
    "AAuAAAALsAAAC6AAAAvQAAALwAAAC/AAAAvgAAAMEAAADAAAAAwwAAAMIAAADMXAEAxAAAAMcAAADGAAAAyQAAAMgAAADCqAEAygAAAMS0AQDM"
    "AAAAzwAAAM4AAADRAAAA0AAAANMAAADSAAAA1QAAANQAAADXAAAA1gAAANkAAADYAAAA2wAAANoAAADdAAAA3AAAAN8AAADeAAAA4QAAAOAAAA"
    "DjAAAA4gAAAOUAAADkAAAA5wAAAO+4AQDpAAAA4fgBAOLYAQDjJAEA7QAAAOwAAADvAAAA7gAAAPEAAADwAAAA8wAAAPIAAAD1AAAA9AAAAPcA"
    "AAD2AAAA+QAAAPgAAAD7AAAA+gAAAP0AAAD8AAAA/wAAAP4AAAAAIAAxLzIAQQBRAGZpAGkAa2cAw6kA5qCq5byP5Lya56S+AO2VnAA="
)

LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
CLIP = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def split(pattern, behavior="Isolated", invert=False):
    return kind("Split", pattern=pattern, behavior=behavior, invert=invert)


def replace(pattern, content):
    return kind("Replace", pattern=pattern, content=content)


def character_bpe(prefix, suffix, **settings):
    """A model of letters, with a few words that merges make, and all bytes."""
    words = ["the", "cat", "rain", "fell", "what", "wh", "ing"]
    tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + [f"<0x{i:02X}>" for i in range(256)]
    merges = []
    for letter in "abcdefghijklmnopqrstuvwxyzTW.,?!":
        tokens += [letter, prefix + letter, letter + suffix, prefix + letter + suffix]
    for word in words:
        for i in range(1, len(word)):
            end = suffix if i == len(word) - 1 else ""
            merges.append([word[:i], prefix + word[i] + end])
            tokens.append(word[: i + 1] + end)
    tokens = list(dict.fromkeys(tokens))
    return dict(
        dict(vocab={token: i for i, token in enumerate(tokens)}, merges=merges, unk_token="<unk>"),
        continuing_subword_prefix=prefix or None, end_of_word_suffix=suffix or None, **settings,
    )


def added(base, *tokens):
    size = len(base["model"]["vocab"])
    default = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=False)
    return base["added_tokens"] + [dict(default, id=size + i, **token) for i, token in enumerate(tokens)]


def byte_level(**changes):
    return kind("ByteLevel", **dict(dict(add_prefix_space=False, trim_offsets=True, use_regex=True), **changes))


def roberta(**changes):
    fields = dict(sep=["</s>", 2], cls=["<s>", 0], trim_offsets=True, add_prefix_space=False)
    return kind("RobertaProcessing", **dict(fields, **changes))


def bpe_variants(base):
    spaced = dict(pre_tokenizer=byte_level(add_prefix_space=True), post_processor=roberta(add_prefix_space=True))
    yield "a space before the text", spaced
    yield "offsets as they are", dict(post_processor=roberta(trim_offsets=False))
    yield "a mask token that takes white space", dict(spaced, added_tokens=added(
        base, dict(content="<x>", lstrip=True, special=True), dict(content="Crème", normalized=True),
        dict(content="<y>", rstrip=True),
    ))
    yield "no regular expression", dict(pre_tokenizer=byte_level(use_regex=False))
    yield "ByteLevel post-processor", dict(post_processor=byte_level())
    bytes_only = byte_level(use_regex=False)
    template = kind(
        "TemplateProcessing",
        single=[dict(SpecialToken=dict(id="<s>", type_id=0)), dict(Sequence=dict(id="A", type_id=0))],
        pair=[dict(Sequence=dict(id="A", type_id=0)), dict(Sequence=dict(id="B", type_id=1))],
        special_tokens={"<s>": dict(id="<s>", ids=[0], tokens=["<s>"])},
    )
    yield "Llama 3's pattern, post-processors in sequence", dict(
        pre_tokenizer=pre_tokenizers(split(dict(Regex=LLAMA_3)), bytes_only),
        post_processor=kind("Sequence", processors=[byte_level(), template]),
    )
    yield "CLIP's pattern", dict(
        normalizer=normalizers(kind("NFC"), replace(dict(Regex=r"\s+"), " "), kind("Lowercase")),
        pre_tokenizer=pre_tokenizers(split(dict(Regex=CLIP), "Removed", True), bytes_only),
    )
    for behavior in ("Removed", "Contiguous", "MergedWithPrevious", "MergedWithNext"):
        yield f"white space {behavior}, punctuation {behavior}", dict(
            pre_tokenizer=pre_tokenizers(
                split(dict(Regex=r"\s+"), behavior), kind("Punctuation", behavior=behavior), bytes_only
            )
        )
    yield "a string MergedWithPrevious, inverted, and a delimiter", dict(
        pre_tokenizer=pre_tokenizers(
            split(dict(String="e"), "MergedWithPrevious", True), kind("CharDelimiterSplit", delimiter="a"), bytes_only
        )
    )
    yield "bytes as normalizer, WhitespaceSplit", dict(
        normalizer=normalizers(kind("Strip", strip_left=True, strip_right=False), kind("ByteLevel")),
        pre_tokenizer=kind("WhitespaceSplit"),
    )
    words = dict(pre_tokenizer=kind("Whitespace"), decoder=kind("BPEDecoder", suffix="</w>"))
    yield "the end of words marked", dict(words, model=character_bpe("", "</w>"))
    yield "continuations marked, unknown letters fused", dict(words, model=character_bpe("##", "", fuse_unk=True))
    yield "bytes for unknown letters", dict(words, model=character_bpe("", "", byte_fallback=True))
    yield "words that skip the merges", dict(model=dict(ignore_merges=True))


def metaspace(**changes):
    return kind("Metaspace", **dict(dict(replacement="▁", prepend_scheme="always", split=True), **changes))


def unigram_variants(base):
    tokens = added(base, dict(content="<x>", lstrip=True), dict(content="<y>", rstrip=True, normalized=True))
    byte_tokens = dict(model=dict(byte_fallback=True))
    yield "bytes for unknown characters", byte_tokens
    yield "a space before the first word only", dict(
        pre_tokenizer=metaspace(prepend_scheme="first"), decoder=metaspace(prepend_scheme="first"), added_tokens=tokens
    )
    yield "no space before the text, no split", dict(
        pre_tokenizer=metaspace(prepend_scheme="never", split=False), decoder=metaspace(prepend_scheme="never")
    )
    yield "the rules of SentencePiece", dict(
        normalizer=normalizers(kind("Precompiled", precompiled_charsmap=CHARSMAP), replace(dict(Regex=" {2,}"), " ")),
    )
    yield "Nmt, Strip, Prepend and bytes, as Llama 2", dict(
        byte_tokens,
        normalizer=normalizers(
            kind("Nmt"), kind("Strip", strip_left=False, strip_right=True), kind("Prepend", prepend="▁"),
            replace(dict(String=" "), "▁"), replace(dict(String="ss"), "ß"),
        ),
        pre_tokenizer=None,
        decoder=kind("Sequence", decoders=[
            replace(dict(String="▁"), " "), kind("ByteFallback"), kind("Fuse"),
            kind("Strip", content=" ", start=1, stop=0),
        ]),
    )
    yield "Metaspace without split after Digits", dict(
        pre_tokenizer=pre_tokenizers(kind("Digits", individual_digits=True), metaspace(prepend_scheme="first", split=False))
    )

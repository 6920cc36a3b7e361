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
    yield "words that skip the merges", dict(model=dict(base["model"], ignore_merges=True))


def metaspace(**changes):
    return kind("Metaspace", **dict(dict(replacement="▁", prepend_scheme="always", split=True), **changes))


def unigram_variants(base):
    tokens = added(base, dict(content="<x>", lstrip=True), dict(content="<y>", rstrip=True, normalized=True))
    byte_tokens = dict(model=dict(base["model"], byte_fallback=True))
    yield "bytes for unknown characters", byte_tokens
    yield "a space before the first word only", dict(
        pre_tokenizer=metaspace(prepend_scheme="first"), decoder=metaspace(prepend_scheme="first"), added_tokens=tokens
    )
    yield "no space before the text, no split", dict(
        pre_tokenizer=metaspace(prepend_scheme="never", split=False), decoder=metaspace(prepend_scheme="never")
    )

import type { EncoderClassifierConfig } from "@taxon/model";
import type { Tokenizer } from "@taxon/text";

/** Special tokens by their names in Python, in the spellings of BERT and RoBERTa. */
const SPECIAL_TOKENS = {
  unk_token: ["[UNK]", "<unk>"],
  sep_token: ["[SEP]", "</s>"],
  pad_token: ["[PAD]", "<pad>"],
  cls_token: ["[CLS]", "<s>"],
  mask_token: ["[MASK]", "<mask>"],
};

/** tokenizer_config.json: what Python's AutoTokenizer needs to know beside tokenizer.json to give the same ids and types. */
export function tokenizerConfig(
  tokenizer: Tokenizer,
  { maxTokens, typeVocabSize, pairTypes }: EncoderClassifierConfig,
): Record<string, unknown> {
  const named = Object.entries(SPECIAL_TOKENS).flatMap(([name, spellings]) => {
    const token = spellings.find((spelling) => tokenizer.tokenToId(spelling) !== undefined);
    return token === undefined ? [] : [[name, token]];
  });
  const types = typeVocabSize > 0 && pairTypes ? ["token_type_ids"] : [];
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    model_max_length: maxTokens,
    model_input_names: ["input_ids", ...types, "attention_mask"], // versions 4 and 5 differ in what they take for granted
    ...Object.fromEntries(named),
  };
}

import { AlignedText } from "../aligned_text.ts";
import { WordPieceDecoder } from "../decoders/word_piece.ts";
import { Vocabulary } from "../models/vocabulary.ts";
import { WordPiece } from "../models/word_piece.ts";
import { BertNormalizer } from "../normalizers/bert.ts";
import { Pipeline } from "../pipeline.ts";
import { SplitPreTokenizer } from "../pre_tokenizers/split.ts";
import { TemplateProcessing } from "../post_processors/template.ts";
import { Tokenizer } from "../tokenizer.ts";
import { wordPieceVocabulary } from "./word_piece_vocabulary.ts";
import { wordVocabulary } from "./word_vocabulary.ts";

/** Settings of {@linkcode trainWordPiece}. */
export interface WordPieceTrainerOptions {
  /** Most tokens, special tokens included; default 8,000. A small text may yield fewer. */
  readonly vocabSize?: number;
  /** Pieces that stand together less often are not joined, and rarer words are left out; default 2. */
  readonly minFrequency?: number;
  /**
   * Default "pieces": frequent words whole, others spelled with pieces of words. "words": whole words only, others
   * become `[UNK]`, which is better where a rare word says most by being rare.
   */
  readonly vocabulary?: "pieces" | "words";
  /** Fold upper case and accents; default true. */
  readonly lowercase?: boolean;
  /** Rarer letters than this many are left out, words with them become `[UNK]`; default 1,000. */
  readonly limitAlphabet?: number;
  /** Special tokens beside `[PAD] [UNK] [CLS] [SEP] [MASK]`, which have the ids 0 to 4. */
  readonly additionalSpecialTokens?: readonly string[];
  /** Told how much of the learning of pieces is done, 0 … 1, every few milliseconds; what it throws ends it. */
  readonly onProgress?: (share: number) => void;
}

const SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/**
 * Trains a BERT-style WordPiece tokenizer on the user's own texts. The same texts give the same tokenizer.
 *
 * @example Frequent words become tokens
 * ```ts
 * import { trainWordPiece } from "@taxon/text";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = trainWordPiece(["The printer prints.", "The printer jams."], { vocabSize: 60 });
 * assertEquals(tokenizer.encode("the Printer").tokens, ["[CLS]", "the", "printer", "[SEP]"]);
 * ```
 *
 * @param texts The texts; special tokens and words of more than 100 letters in them are skipped.
 * @throws {RangeError} If `vocabSize` has no room for the letters of the texts.
 */
export function trainWordPiece(texts: Iterable<string>, options: WordPieceTrainerOptions = {}): Tokenizer {
  const specialTokens = [...new Set([...SPECIAL_TOKENS, ...options.additionalSpecialTokens ?? []])];
  const parts = {
    addedTokens: specialTokens.map((content, id) => ({ id, content, special: true })),
    normalizer: new BertNormalizer({ lowercase: options.lowercase ?? true }),
    preTokenizer: SplitPreTokenizer.bert(),
  };
  const maxInputCharsPerWord = 100;
  const learn = options.vocabulary === "words" ? wordVocabulary : wordPieceVocabulary;
  const tokens = learn(countWords(texts, new Pipeline(parts), maxInputCharsPerWord), {
    vocabSize: options.vocabSize ?? 8000,
    minFrequency: options.minFrequency ?? 2,
    limitAlphabet: options.limitAlphabet ?? 1000,
    specialTokens,
    continuingSubwordPrefix: "##",
    onProgress: options.onProgress,
  });
  return new Tokenizer({
    ...parts,
    model: new WordPiece(new Vocabulary(new Map(tokens.map((token, id) => [token, id]))), {
      maxInputCharsPerWord,
    }),
    postProcessor: bertTemplate(),
    decoder: new WordPieceDecoder(),
  });
}

function countWords(texts: Iterable<string>, pipeline: Pipeline, maxLetters: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const { text: { text: word }, token } of pipeline.segments(new AlignedText(text.toWellFormed()))) {
      if (token || word.length > 2 * maxLetters || Array.from(word).length > maxLetters) continue;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`. */
function bertTemplate(): TemplateProcessing {
  const special = (content: typeof SPECIAL_TOKENS[number], typeId: number) => ({ special: content, typeId });
  const single = [special("[CLS]", 0), { sequence: "A", typeId: 0 }, special("[SEP]", 0)] as const;
  const pair = [...single, { sequence: "B", typeId: 1 }, special("[SEP]", 1)] as const;
  const entry = (content: typeof SPECIAL_TOKENS[number]) =>
    [content, { ids: [SPECIAL_TOKENS.indexOf(content)], tokens: [content] }] as const;
  return new TemplateProcessing(single, pair, new Map([entry("[CLS]"), entry("[SEP]")]));
}

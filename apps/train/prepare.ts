import { architectureOf, type BeginPhase, columnsOf, learnVocabulary, UsageError } from "@taxon/app-shared";
import { encodeInputs, type ModelFolder } from "@taxon/classifier";
import { targetsOf } from "@taxon/classifier/training";
import { type EncodedText, type EncoderClassifierConfig, encoderConfig } from "@taxon/model";
import type { Dataset, Example } from "@taxon/data";
import type { Tokenizer } from "@taxon/text";
import type { TrainFlags } from "./command.ts";
import { fineTuningOptions, labelsOf } from "./pretrained.ts";

/** Rows as the model takes them. */
export interface PreparedRows {
  examples: readonly Example[];
  texts: readonly EncodedText[];
  /** As `targetsOf` makes them. */
  targets: Float32Array;
}

/** A split as the model takes it. */
export interface PreparedSplit extends PreparedRows {
  /** Rows cut at the longest sequence. */
  truncated: number;
}

/** Everything about the data that training needs. */
export interface Prepared {
  /** The encoder's, which is trained by itself. */
  config: EncoderClassifierConfig;
  /** Whether a linear model on n-grams may join the encoder, or stand for it. */
  wide: boolean;
  tokenizer: Tokenizer;
  train: PreparedSplit;
  /** Absent where the training rows are so few that each is needed: then they are judged out of fold. */
  eval?: PreparedSplit;
  test?: PreparedSplit;
}

/**
 * Trains the vocabulary, fixes the model's configuration, and encodes all splits.
 *
 * @param known A vocabulary that is there already.
 * @param base A pretrained model, which brings vocabulary and configuration along.
 */
export function prepare(
  dataset: Dataset,
  flags: TrainFlags,
  known?: Tokenizer,
  base?: ModelFolder,
  beginPhase: BeginPhase = () => () => {},
): Prepared {
  const { vocabulary, vocabSize, lowercase } = flags;
  const tokenizer = known ?? base?.tokenizer ??
    learnVocabulary(dataset.train, { vocabulary, vocabSize, lowercase }, beginPhase("Vocabulary"));
  const config = base?.config(fineTuningOptions(flags, dataset)) ?? modelConfig(dataset, flags, tokenizer);
  const wide = flags.ngrams && config.problemType !== "regression";
  const split = (examples: readonly Example[]): PreparedSplit => {
    const texts = encodeInputs(tokenizer, config, examples, {
      ngrams: wide,
      onProgress: beginPhase("Tokens"),
    });
    return {
      examples,
      texts,
      targets: targetsOf(examples, config.labels, config.problemType),
      truncated: texts.filter(({ truncated }) => truncated).length,
    };
  };
  return {
    config,
    wide,
    tokenizer,
    train: split(dataset.train),
    eval: dataset.eval.length > 0 ? split(dataset.eval) : undefined,
    test: dataset.test && split(dataset.test),
  };
}

function modelConfig(dataset: Dataset, flags: TrainFlags, tokenizer: Tokenizer): EncoderClassifierConfig {
  const pairs = dataset.train.some(({ textPair }) => textPair !== undefined);
  try {
    return encoderConfig({
      vocabSize: tokenizer.vocabSize,
      maxTokens: flags.maxLength,
      typeVocabSize: pairs ? 2 : 0,
      ...architectureOf(flags),
      dropout: flags.dropout,
      pooling: flags.pooling,
      problemType: dataset.problemType,
      labels: labelsOf(dataset),
      longText: flags.longText,
      columns: columnsOf(flags),
    });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

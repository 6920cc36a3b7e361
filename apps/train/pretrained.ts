import { columnsOf, flagName, refuseArchitecture, UsageError } from "@taxon/app-shared";
import type { LoadOptions } from "@taxon/model";
import type { Dataset } from "@taxon/data";
import type { TrainFlags } from "./command.ts";
import { fineTuningFlags } from "./fine_tuning_flags.ts";

/** Flags that are about a pretrained model. */
const FINE_TUNING_ONLY = Object.keys(fineTuningFlags) as readonly (keyof typeof fineTuningFlags)[];

/** What flags that are not written mean for a pretrained model; Devlin et al. 2019, appendix A.3. */
const FINE_TUNING = {
  lr: 5e-5,
  epochs: 3,
  dropout: 0.1,
  tokenDropout: 0,
  labelSmoothing: 0,
  ngrams: false,
  pooling: undefined, // as the model says
} as const;

/** What else they mean where the encoder is frozen: a linear model needs larger and more steps, which cost little. */
const HEAD_ALONE = { lr: 5e-3, epochs: 20 } as const;

/** The same for updates of low rank, which start at zero. */
const LOW_RANK = { lr: 1e-3 } as const;

/**
 * The flags of a call, with the defaults of fine-tuning where it starts from a pretrained model.
 *
 * @param given Names of the flags that were written.
 * @throws {UsageError} If one says what the model says itself.
 */
export function withFineTuningDefaults(flags: TrainFlags, given: ReadonlySet<string>): TrainFlags {
  if (flags.from === undefined) {
    const lost = FINE_TUNING_ONLY.find((name) => given.has(name));
    if (lost === undefined) return flags;
    throw new UsageError(
      `Cannot use --${flagName(lost)} without --from: it says how a pretrained model is trained`,
    );
  }
  refuseArchitecture(given, flags.from);
  if (flags.trainLayers === 0 && given.has("tokenDropout") && flags.tokenDropout > 0) {
    throw new UsageError(
      "Cannot use --token-dropout with --train-layers 0: the encoder sees each text only once",
    );
  }
  const defaults = {
    ...FINE_TUNING,
    ...(flags.trainLayers === 0 ? HEAD_ALONE : {}),
    ...(flags.lora !== undefined ? LOW_RANK : {}),
  };
  const unwritten = Object.entries(defaults).filter(([name]) => !given.has(name));
  return { ...flags, ...Object.fromEntries(unwritten) };
}

/** How a pretrained model is loaded to be trained on a data set: with a new head for its labels. */
export function fineTuningOptions(flags: TrainFlags, dataset: Dataset): LoadOptions {
  const { problemType } = dataset;
  return {
    newHead: { labels: labelsOf(dataset), problemType, seed: flags.seed },
    maxTokens: flags.maxLength,
    pooling: flags.pooling,
    settings: {
      longText: flags.longText,
      columns: columnsOf(flags),
      dropout: flags.dropout,
      attentionDropout: flags.dropout,
      headDropout: flags.dropout,
      normalizePooled: false, // vectors of length 1 would keep the logits small
    },
  };
}

/** Names of the logits. */
export function labelsOf({ problemType, labels }: Dataset): readonly string[] {
  return problemType === "regression" ? ["score"] : labels;
}

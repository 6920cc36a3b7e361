import { columnsOf } from "@taxon/app-shared";
import type { LoadOptions } from "@taxon/model";
import type { Dataset } from "@taxon/data";
import type { TrainFlags } from "./command.ts";

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

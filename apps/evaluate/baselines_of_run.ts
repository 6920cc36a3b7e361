import {
  type Baselines,
  type DatasetFlags,
  loadDataset,
  type Log,
  readIfPresent,
  trainBaselines,
} from "@taxon/app-shared";
import { stratifiedFolds } from "@taxon/data";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { EvaluateFlags } from "./command.ts";

/**
 * The baselines trained on what the model was trained on: the texts of its run, or --train. Undefined, with a warning,
 * where those cannot be read any more.
 */
export async function baselinesOf(
  flags: EvaluateFlags,
  config: EncoderClassifierConfig,
  log: Log,
): Promise<Baselines | undefined> {
  try {
    const saved = await trainedWith(flags);
    const source = flags.train === undefined
      ? saved
      : { ...saved, ...flags, ...alsoAsked(saved, flags), eval: undefined, test: undefined };
    const { problemType, columns } = config;
    const dataset = await loadDataset({ ...source, problemType, test: undefined }, log, columns);
    const { train, eval: evaluation, problemType: kind } = dataset;
    return evaluation.length > 0
      ? trainBaselines(config, { examples: train }, { examples: evaluation }, { seed: saved.seed })
      : trainBaselines(config, { examples: train }, undefined, {
        seed: saved.seed,
        folds: stratifiedFolds(train, { problemType: kind, seed: saved.seed }),
      });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    log.warn(`no baselines beside the result: ${error.message}; name the training texts with --train`);
    return undefined;
  }
}

/** What either the run or this call asked for: the labels must be the model's again. */
function alsoAsked(
  saved: DatasetFlags,
  flags: EvaluateFlags,
): Pick<DatasetFlags, "skipEmpty" | "mergeLabels"> {
  return {
    skipEmpty: saved.skipEmpty || flags.skipEmpty,
    mergeLabels: saved.mergeLabels || flags.mergeLabels,
  };
}

/** The flags of the model's run; a model from elsewhere has none. */
async function trainedWith({ model, train }: EvaluateFlags): Promise<DatasetFlags> {
  const saved = await readIfPresent(`${model}/training_args.json`);
  if (saved !== undefined) return JSON.parse(saved);
  if (train === undefined) throw new Error(`${model} does not say what it was trained on`);
  return { evalFraction: 0.1, seed: 42 } as DatasetFlags;
}

import { loadDataset, parseFlags } from "../../apps/shared/mod.ts";
import { command, type TrainFlags } from "../../apps/train/command.ts";
import { prepare, type Prepared } from "../../apps/train/prepare.ts";
import { trainingTask } from "@taxon/classifier/training";
import { EncoderClassifier } from "@taxon/model";
import { Trainer } from "@taxon/train";

/** The embedded help-desk messages, as `train` with these flags prepares them, e.g. `{ "model-size": 32 }`. */
export async function prepareEmbedded(
  flagValues: Readonly<Record<string, string | number>>,
): Promise<Prepared> {
  const flags = embeddedFlags(flagValues);
  return prepare(await loadDataset(flags, console), flags);
}

/** All flags of `train`, of which some are not left to their defaults. */
export function embeddedFlags(flagValues: Readonly<Record<string, string | number>>): TrainFlags {
  const args = Object.entries(flagValues).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return parseFlags(args, command).flags;
}

/** A new model and its trainer on the current backend, as `train` makes them. Dispose both. */
export function startTraining(
  { config, train }: Prepared,
  { batchSize, epochs, learningRate }: { batchSize: number; epochs: number; learningRate: number },
): { model: EncoderClassifier; trainer: Trainer } {
  const model = new EncoderClassifier(config).initialize(5);
  const task = trainingTask(model, train, { labelSmoothing: 0, tokenDropout: 0 });
  const trainer = new Trainer(task, { seed: 5, epochs, batchSize, learningRate: () => learningRate });
  return { model, trainer };
}

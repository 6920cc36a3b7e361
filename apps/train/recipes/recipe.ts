import { type BeginPhase, type Interrupt, type Log, pickRows } from "@taxon/app-shared";
import type { Fold } from "@taxon/data";
import type { EncoderClassifier } from "@taxon/model";
import type { TrainFlags } from "../command.ts";
import type { ParameterGroups } from "../parameter_groups.ts";
import type { Prepared, PreparedRows } from "../prepare.ts";
import type { RecipeName } from "./settle_recipe.ts";

/** What recipes work with. */
export interface RecipeContext {
  /** Folder of the run. */
  run: string;
  prepared: Prepared;
  /** The encoder that recipes start from: pretrained, or drawn from the seed. */
  model: EncoderClassifier;
  /** Makes another one like it, which is to be trained on such targets. */
  fresh: (targets: ArrayLike<number>) => EncoderClassifier;
  /** Of the training rows. */
  folds: readonly Fold[];
  groups: ParameterGroups;
  flags: TrainFlags;
  log: Log;
  interrupt: Interrupt;
  beginPhase: BeginPhase;
}

/** A way to make a classifier of the training rows. */
export interface Recipe {
  readonly name: RecipeName;
  /** Estimated floating-point operations of training once on so many rows. */
  work(rows: number): number;
  /** What models that were trained without the rows of a fold answer to these, [held out, labels] for each fold. */
  answers(folds: readonly Fold[]): Promise<Float32Array[]>;
  /** The model that is trained on all training rows. */
  train(): Promise<EncoderClassifier>;
}

/** Some rows of a split. */
export function rowsOf(split: PreparedRows, rows: Int32Array): PreparedRows {
  const width = split.targets.length / split.texts.length;
  return {
    examples: Array.from(rows, (row) => split.examples[row]),
    texts: Array.from(rows, (row) => split.texts[row]),
    targets: pickRows(split.targets, rows, width),
  };
}

/** One split of the rows of several. */
export function joinSplits(splits: readonly PreparedRows[]): PreparedRows {
  return {
    examples: splits.flatMap(({ examples }) => examples),
    texts: splits.flatMap(({ texts }) => texts),
    targets: joinArrays(splits.map(({ targets }) => targets)),
  };
}

/** One array behind the other. */
export function joinArrays(arrays: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const array of arrays) {
    joined.set(array, end);
    end += array.length;
  }
  return joined;
}

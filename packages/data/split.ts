import type { ProblemType } from "@taxon/decision";
import { type Example, textKey } from "./example.ts";
import { shuffle } from "./shuffle.ts";
import { strata } from "./strata.ts";

/** How much to hold out, and the seed that decides which rows. */
export interface SplitOptions {
  /** Decides what the strata are. */
  problemType: ProblemType;
  /** Share of the rows to hold out, between 0 and 1. */
  fraction: number;
  /** A whole number; another one holds out other rows. */
  seed: number;
}

/** Two parts of one data set, each in the order of the file. */
export interface Split {
  /** The rest. */
  train: Example[];
  /** About `fraction` of the rows. */
  heldOut: Example[];
}

/**
 * Holds out a part of `examples` with the same mix of labels, decided by `seed`.
 *
 * Strata are the labels; in multi-label problems the rarest label of a row, in regression ten bands of equal
 * size of the target. Equal texts (up to case and white space) stay on one side, so that the held-out part
 * holds nothing that was trained on. Every label stays in train at least once; in single-label problems one
 * that occurs in two or more different texts is also held out at least once.
 *
 * @throws {RangeError} If `fraction` is not between 0 and 1, or if one of the parts would be empty.
 */
export function stratifiedSplit(examples: readonly Example[], options: SplitOptions): Split {
  const { problemType, fraction, seed } = options;
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`Cannot hold out a share of ${fraction}: use a number between 0 and 1, such as 0.1`);
  }
  const stratumOf = strata[problemType](examples);
  const groups = Map.groupBy(examples, textKey);
  const byStratum = Map.groupBy(groups.values(), ([first]) => stratumOf(first));

  const held = new Set<Example>();
  for (const [stratum, members] of byStratum) {
    const wanted = Math.max(Math.round(members.length * fraction), problemType === "regression" ? 0 : 1);
    for (const group of shuffle(members, seed, stratum).slice(0, Math.min(wanted, members.length - 1))) {
      for (const example of group) held.add(example);
    }
  }
  keepEveryLabelInTrain(examples, groups, held);

  if (held.size === 0 || held.size === examples.length) {
    throw new RangeError(
      `Cannot hold out ${fraction} of ${examples.length} rows: one part would be empty; give more rows or a file of its own`,
    );
  }
  return {
    train: examples.filter((example) => !held.has(example)),
    heldOut: examples.filter((example) => held.has(example)),
  };
}

/** A label whose rows were all drawn along with others (several labels a row, or conflicting copies) goes back. */
function keepEveryLabelInTrain(
  examples: readonly Example[],
  groups: ReadonlyMap<string, readonly Example[]>,
  held: Set<Example>,
): void {
  const present = new Set(examples.filter((example) => !held.has(example)).flatMap(({ labels }) => labels));
  for (const example of examples) {
    if (!held.has(example) || example.labels.every((label) => present.has(label))) continue;
    for (const copy of groups.get(textKey(example))!) {
      held.delete(copy);
      for (const label of copy.labels) present.add(label);
    }
  }
}

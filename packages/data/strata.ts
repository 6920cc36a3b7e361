import type { ProblemType } from "@taxon/decision";
import type { Example } from "./example.ts";

/** What is to be spread evenly over the parts of a data set: rows of one stratum are alike. */
export type StratumOf = (example: Example) => string;

/**
 * Strata are the labels; in multi-label problems the rarest label of a row, in regression ten bands of equal size of the
 * target.
 */
export const strata: Record<ProblemType, (examples: readonly Example[]) => StratumOf> = {
  single_label_classification: () => ({ labels }) => labels[0],
  multi_label_classification(examples) {
    const counts = new Map<string, number>();
    for (const { labels } of examples) {
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    return ({ labels }) =>
      labels.reduce(
        (rarest, label) => counts.get(label)! < (counts.get(rarest) ?? Infinity) ? label : rarest,
        "",
      );
  },
  regression(examples) {
    const ranked = [...examples].sort((a, b) => a.target! - b.target!);
    const bands = new Map(
      ranked.map((example, rank) => [example, String(Math.floor(10 * rank / ranked.length))]),
    );
    return (example) => bands.get(example)!;
  },
};

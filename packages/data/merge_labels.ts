import type { Example } from "./example.ts";
import { labelKey } from "./labels.ts";

/** Spellings of one label, which differ only by case or white space. */
export interface MergedLabel {
  /** What stands for all of them. */
  label: string;
  /** The spellings and how many rows have each, the most frequent first. */
  spellings: [label: string, rows: number][];
}

/**
 * The labels of examples, each with its spellings: the most frequent one without the space around it stands for all,
 * of equally frequent ones the first by code units.
 */
export function labelSpellings(examples: Iterable<Example>): MergedLabel[] {
  const rows = new Map<string, number>();
  for (const { labels } of examples) for (const label of labels) rows.set(label, (rows.get(label) ?? 0) + 1);
  const ordered = [...rows].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [...Map.groupBy(ordered, ([label]) => labelKey(label)).values()]
    .map((spellings) => ({ label: spellings[0][0].trim(), spellings }));
}

/**
 * Examples with each label in the spelling that is known; one that is not known in any stays as it is.
 *
 * @param known What {@linkcode labelSpellings} gives, or the labels of a model. Of several known labels that differ only
 * by case or space, each stands for itself alone.
 */
export function mergeLabels(examples: readonly Example[], known: readonly string[]): Example[] {
  const exact = new Set(known);
  const byKey = Map.groupBy(known, labelKey);
  const spelled = (label: string) => {
    const meant = byKey.get(labelKey(label)) ?? [];
    return exact.has(label) || meant.length !== 1 ? label : meant[0];
  };
  return examples.map((example) => ({ ...example, labels: [...new Set(example.labels.map(spelled))] }));
}

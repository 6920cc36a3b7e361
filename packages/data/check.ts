import type { ProblemType } from "@taxon/decision";
import { type Example, textKey } from "./example.ts";
import { labelKey, labelSet } from "./labels.ts";
import { type LengthSummary, summarizeLengths } from "./length_histogram.ts";

/** A row in a report. */
export interface RowRef {
  /** Name of its split, such as `train`. */
  split: string;
  /** As the file was named when it was read. */
  file: string;
  /** Line of the file on which it starts, from 1. */
  row: number;
}

/** Examples with the same texts up to case and white space. */
export interface DuplicateGroup {
  /** At least two, split by split. */
  rows: RowRef[];
  /** Whether the copies lie in more than one split, so that a test figure is partly memory. */
  acrossSplits: boolean;
  /** Whether the copies carry different answers. */
  conflicting: boolean;
}

/** Labels that are probably meant to be one: they differ only by case or white space. */
export interface LabelVariants {
  /** At least two spellings, with the rows of each. */
  labels: { label: string; rows: RowRef[] }[];
}

/** A label with fewer than {@linkcode FEW_ROWS_OF_LABEL} rows. */
export interface RareLabel {
  /** The label. */
  label: string;
  /** All rows that have it. */
  rows: RowRef[];
}

/** With fewer rows than this a label is hardly learnt. */
export const FEW_ROWS_OF_LABEL = 8;

/** What one split holds. */
export interface SplitSummary {
  /** As named in the call. */
  split: string;
  /** Number of examples. */
  rows: number;
  /** Rows of each label of the whole data set; in multi-label problems a row counts for each of its labels. */
  classCounts: Record<string, number>;
  /** Labels of the data set that do not occur here. */
  missingLabels: string[];
  /** Rows whose first text is nothing but white space. */
  emptyTexts: RowRef[];
  /** Of texts or pairs, in the report's `lengthUnit`. */
  lengths: LengthSummary;
  /** Share of the tokens that are not in the vocabulary, 0 … 1; absent without `countTokens`. */
  unknownShare?: number;
  /** Rows longer than `maxTokens`; absent if that was not given. */
  truncated?: RowRef[];
}

/** Result of {@linkcode checkData}. */
export interface DataReport {
  /** Tokens, special ones included, where `countTokens` was given. */
  lengthUnit: "words" | "tokens";
  /** As given. */
  maxTokens?: number;
  /** In the order of the call. */
  splits: SplitSummary[];
  /** Empty where all spellings differ by more. */
  labelVariants: LabelVariants[];
  /** Empty where no text occurs twice. */
  duplicates: DuplicateGroup[];
  /** Labels that the first split, which is trained on, has but few rows of, the rarest first. */
  rareLabels: RareLabel[];
}

/** Tokens of a text or pair. */
export interface TokenCount {
  /** Special tokens included. */
  tokens: number;
  /** How many of them are not in the vocabulary. */
  unknown: number;
}

/** What to measure beyond words. */
export interface DataCheckOptions {
  /** Of the examples; no figure depends on it. */
  problemType: ProblemType;
  /** What the tokenizer makes of a text or pair; without it lengths are counted in words. */
  countTokens?: (text: string, textPair?: string) => TokenCount;
  /** Longest sequence the model takes; needs `countTokens`. */
  maxTokens?: number;
}

/**
 * Looks for the faults that spoil training in silence: empty texts, labels spelled in two ways, labels missing
 * from a split, duplicates within and across splits. It changes nothing and drops nothing.
 *
 * @param splits Examples by name of their split, such as `{ train, eval, test }`.
 * @throws {TypeError} If `maxTokens` comes without `countTokens`.
 */
export function checkData(splits: Record<string, readonly Example[]>, options: DataCheckOptions): DataReport {
  const { countTokens, maxTokens } = options;
  if (maxTokens !== undefined && !countTokens) {
    throw new TypeError("Cannot count truncated rows: maxTokens was given without countTokens");
  }
  const located = Object.entries(splits).flatMap(([split, examples]) =>
    examples.map((example) => ({ example, ref: { split, file: example.file, row: example.row } }))
  );
  const labels = labelSet(located.map(({ example }) => example));
  return {
    lengthUnit: countTokens ? "tokens" : "words",
    ...(maxTokens !== undefined && { maxTokens }),
    splits: Object.keys(splits).map((split) =>
      summarizeSplit(split, located.filter(({ ref }) => ref.split === split), labels, options)
    ),
    labelVariants: findLabelVariants(located, labels),
    duplicates: findDuplicates(located),
    rareLabels: findRareLabels(located.filter(({ ref }) => ref.split === Object.keys(splits)[0])),
  };
}

interface Located {
  example: Example;
  ref: RowRef;
}

function summarizeSplit(
  split: string,
  located: readonly Located[],
  labels: readonly string[],
  { countTokens, maxTokens }: DataCheckOptions,
): SplitSummary {
  const classCounts = Object.fromEntries(labels.map((label) => [label, 0]));
  for (const { example } of located) for (const label of example.labels) classCounts[label]++;
  const counts = located.map(({ example: { text, textPair } }) =>
    countTokens?.(text, textPair) ?? { tokens: countWords(text, textPair), unknown: 0 }
  );
  const lengths = counts.map(({ tokens }) => tokens);
  const sum = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  return {
    split,
    rows: located.length,
    classCounts,
    missingLabels: labels.filter((label) => classCounts[label] === 0),
    emptyTexts: located.filter(({ example }) => example.text.trim() === "").map(({ ref }) => ref),
    lengths: summarizeLengths(lengths),
    ...(countTokens && { unknownShare: sum(counts.map(({ unknown }) => unknown)) / (sum(lengths) || 1) }),
    ...(maxTokens !== undefined && {
      truncated: located.filter((_, i) => lengths[i] > maxTokens).map(({ ref }) => ref),
    }),
  };
}

function findLabelVariants(located: readonly Located[], labels: readonly string[]): LabelVariants[] {
  return [...Map.groupBy(labels, labelKey).values()].filter((spellings) => spellings.length > 1).map((
    spellings,
  ) => ({
    labels: spellings.map((label) => ({
      label,
      rows: located.filter(({ example }) => example.labels.includes(label)).map(({ ref }) => ref),
    })),
  }));
}

function findRareLabels(located: readonly Located[]): RareLabel[] {
  return labelSet(located.map(({ example }) => example)).map((label) => ({
    label,
    rows: located.filter(({ example }) => example.labels.includes(label)).map(({ ref }) => ref),
  })).filter(({ rows }) => rows.length < FEW_ROWS_OF_LABEL).sort((a, b) => a.rows.length - b.rows.length);
}

function findDuplicates(located: readonly Located[]): DuplicateGroup[] {
  return [...Map.groupBy(located, ({ example }) => textKey(example)).values()].filter((copies) =>
    copies.length > 1
  )
    .map((copies) => ({
      rows: copies.map(({ ref }) => ref),
      acrossSplits: new Set(copies.map(({ ref }) => ref.split)).size > 1,
      conflicting: new Set(copies.map(({ example }) => answerKey(example))).size > 1,
    }));
}

function answerKey({ labels, target }: Example): string {
  return JSON.stringify([[...labels].sort(), target]);
}

function countWords(text: string, textPair = ""): number {
  return `${text} ${textPair}`.match(/\S+/gu)?.length ?? 0;
}

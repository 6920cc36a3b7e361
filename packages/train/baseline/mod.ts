/** Baselines that every result is shown beside: the majority class, and a linear model on n-grams. */
export * from "./baseline.ts";
export { type LinearBaseline, type LinearBaselineOptions, trainLinearBaseline } from "./linear_baseline.ts";
export * from "./majority_baseline.ts";
export type { NgramTable } from "./ngram_table.ts";

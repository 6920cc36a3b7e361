/**
 * Labelled texts: from the content of a file to checked, split examples.
 *
 * @example From a file with neither header nor evaluation split
 * ```ts
 * import { assembleDataset, parseRows } from "@taxon/data";
 * import { assertEquals } from "@std/assert";
 *
 * const content = "good\tpos\nbad\tneg\nfine\tpos\nawful\tneg\n";
 * const train = parseRows(content, { file: "train.tsv", header: false, textColumn: 1, labelColumn: 2 });
 * const dataset = assembleDataset({ train }, { evalFraction: 0.5 });
 * assertEquals(dataset.labels, ["neg", "pos"]);
 * assertEquals([dataset.train.length, dataset.eval.length], [2, 2]);
 * ```
 *
 * @module
 */
export * from "./check.ts";
export * from "./check_report.ts";
export { type Column, type WantedColumn } from "./columns.ts";
export * from "./dataset.ts";
export * from "./decode.ts";
export * from "./example.ts";
export * from "./folders.ts";
export * from "./folds.ts";
export * from "./label_doubts.ts";
export { labelSet, requireKnownLabels, sortLabels, visibleLabel } from "./labels.ts";
export * from "./length_histogram.ts";
export * from "./merge_labels.ts";
export * from "./parse.ts";
export { places, plural } from "./places.ts";
export * from "./problem_type.ts";
export * from "./split.ts";
export { editDistance, suggest } from "./suggest.ts";
export * from "./table.ts";
export * from "./table_record.ts";

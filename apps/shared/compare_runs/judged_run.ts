import { call } from "../call.ts";
import { parse } from "@std/csv";
import type { EncoderClassifierConfig } from "@taxon/model";
import type { Example } from "@taxon/data";
import { readIfPresent } from "../files.ts";
import { ModelFolder } from "@taxon/classifier";

/** What a model says of the rows of a labelled split. */
export interface JudgedRun {
  /** What messages and tables call it: its folder. */
  name: string;
  config: Pick<EncoderClassifierConfig, "problemType" | "labels" | "thresholds">;
  examples: readonly Example[];
  /** [rows, labels] */
  scores: Float64Array;
}

/**
 * The predictions that a finished run wrote on its test split, or on the evaluation split where it had no other.
 *
 * @throws {Error} If the folder holds none, or they do not fit its model.
 */
export async function readJudgedRun(folder: string): Promise<JudgedRun> {
  const config = new ModelFolder(folder).config();
  const path = `${folder}/eval/predictions.csv`;
  const text = await readIfPresent(path);
  const refuse = (reason: string) =>
    new Error(`Cannot compare ${path}: ${reason}; score the models anew with ${call} compare --file`);
  if (text === undefined) {
    throw refuse(`no such file; finished runs of ${call} train have it`);
  }
  const { labels, problemType } = config;
  if (problemType === "multi_label_classification" && labels.some((label) => label.includes("|"))) {
    throw refuse("a label holds |, which separates the labels there");
  }
  const [head, ...rows] = parse(text);
  const scored = labels.map((label) => `score:${label}`);
  const columns = ["row", "text", "text_pair", "truth", "predicted", ...scored];
  if (columns.some((column, i) => column !== head?.[i]) || rows.length === 0) {
    throw refuse(`expected rows under the columns ${columns.join(", ")}`);
  }
  const scores = new Float64Array(rows.length * labels.length);
  const examples = rows.map((cells, i): Example => {
    if (cells.length !== columns.length) {
      throw refuse(`row ${i + 1} has ${cells.length} fields, its head ${columns.length}`);
    }
    const [place, text, textPair, truth, _predicted, ...own] = cells;
    const at = place.lastIndexOf(":");
    const source = {
      text,
      textPair: textPair || undefined,
      file: place.slice(0, at),
      row: +place.slice(at + 1),
    };
    scores.set(own.map((cell) => numberIn(cell, i)), i * labels.length);
    if (problemType === "regression") return { ...source, labels: [], target: numberIn(truth, i) };
    const right = problemType === "single_label_classification" ? [truth] : truth.split("|").filter(Boolean);
    const unknown = right.find((label) => !labels.includes(label));
    if (unknown !== undefined) {
      throw refuse(`row ${i + 1} has the label "${unknown}", which the model does not know`);
    }
    return { ...source, labels: right };
  });
  return { name: folder, config, examples, scores };

  function numberIn(cell: string, row: number): number {
    const value = cell === "" ? NaN : Number(cell);
    if (!Number.isFinite(value)) throw refuse(`row ${row + 1} has "${cell}" in place of a number`);
    return value;
  }
}

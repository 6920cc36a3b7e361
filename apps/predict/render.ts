import { type Cell, cutEnd, cutMiddle, delimitedText, textWidth, visibleLine } from "@taxon/app-shared";
import type { Classification } from "@taxon/classifier";
import type { PredictFlags } from "./command.ts";
import type { PredictInput } from "./texts.ts";

/** What is printed. */
export interface Answers {
  /** The model's. */
  labels: readonly string[];
  inputs: readonly PredictInput[];
  /** One for each input. */
  answers: readonly Classification[];
  /** Names in the answers by names of fields of the input, as `passedFields` gives them. */
  passed: ReadonlyMap<string, string>;
}

/**
 * The lines to print, in the order of the inputs.
 *
 * @param columns Width of the terminal, which a line of the table is cut to.
 */
export function render(
  flags: PredictFlags,
  { labels, inputs, answers, passed }: Answers,
  columns = Infinity,
): string[] {
  switch (flags.format) {
    case "jsonl":
      return answers.map(({ tokens: _tokens, ...answer }, i) =>
        JSON.stringify({ ...fieldsOf(inputs[i], passed), ...answer })
      );
    case "csv":
    case "tsv":
      // The end of the last line is added where it is printed
      return [delimited(flags, { labels, inputs, answers, passed }).slice(0, -1)];
    case "table":
      return inputs.map((input, i) => tableLine(input, answers[i], flags.topK, columns));
  }
}

/** Fields under their names in the answers; those that a row of JSON Lines lacks are left out. */
function fieldsOf({ fields }: PredictInput, passed: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    [...passed].filter(([name]) => fields?.has(name)).map(([name, own]) => [own, fields!.get(name)]),
  );
}

function delimited(
  { format, lineEnds, safeForSpreadsheets }: PredictFlags,
  { labels, inputs, answers, passed }: Answers,
): string {
  const scored = labels.toSorted();
  const fields = [...passed].filter(([, own]) => own !== "text"); // it is what the column `text` holds anyway
  const rows = answers.map((answer, i) => [
    ...fields.map(([name]) => cellOf(inputs[i].fields?.get(name))),
    inputs[i].text,
    answer.labels?.join("|") ?? answer.label,
    answer.score,
    answer.truncated,
    ...scored.map((label) => answer.scores[label]),
  ]);
  const own = ["text", "label", "score", "truncated", ...scored.map((label) => `score:${label}`)];
  return delimitedText([[...fields.map(([, name]) => name), ...own], ...rows], {
    separator: format === "tsv" ? "\t" : ",",
    lineEnd: { lf: "\n", crlf: "\r\n" }[lineEnds],
    safeForSpreadsheets,
  });
}

/** A value of JSON as a cell: text as it is, lists and objects as JSON. */
function cellOf(value: unknown): Cell {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value as Cell;
}

/** Columns that are left for the start of the text, at least. */
const TEXT_COLUMNS = 16;

function tableLine(
  { text }: PredictInput,
  { scores, labels, truncated }: Classification,
  topK: number,
  columns: number,
): string {
  const best = Object.entries(scores).toSorted(([, a], [, b]) => b - a).slice(0, topK);
  const chosen = labels === undefined ? "" : `[${labels.map(visibleLine).join(", ")}]  `;
  const write = (widest: number) =>
    chosen + best.map(([label, score]) =>
      `${cutMiddle(visibleLine(label), widest)} ${score.toFixed(4)}`
    ).join("  ") +
    (truncated ? "  (cut)" : "");
  const flat = visibleLine(text.replace(/\s+/g, " "));
  const start = [...flat].length > 60 ? `${[...flat].slice(0, 59).join("")}…` : flat;
  if (columns === Infinity) return `${write(Infinity)}\t${start}`;
  const lengths = best.map(([label]) => textWidth(label));
  let widest = Math.max(...lengths);
  while (widest > 8 && textWidth(write(widest)) + 2 + TEXT_COLUMNS > columns) widest--;
  return cutEnd(`${write(widest)}  ${start}`, columns);
}

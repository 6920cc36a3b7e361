import { cutEnd, cutMiddle, textWidth } from "@taxon/app-shared";
import { stringify } from "@std/csv";
import { type EncoderClassifierConfig, predictedLabels } from "@taxon/model";
import type { PredictFlags } from "./command.ts";
import type { PredictInput } from "./texts.ts";

/** What the model says of one text. */
export interface Answer {
  /** The best label; for multi-label the best one as well; for regression the name of the target. */
  label: string;
  score: number;
  /** Multi-label: all labels from their thresholds on. */
  labels?: string[];
  /** Every score by label, in the order of the labels: an object cannot hold names such as "0" in another. */
  scores: Record<string, number>;
  /** Whether the text was cut at the model's longest sequence. */
  truncated: boolean;
}

/** Answers from scores [texts, labels]. */
export function answersOf(
  config: EncoderClassifierConfig,
  scores: Float64Array,
  texts: readonly { truncated: boolean }[],
): Answer[] {
  const width = config.labels.length;
  return texts.map(({ truncated }, i) => {
    const own = scores.subarray(i * width, (i + 1) * width);
    const pairs = config.labels.map((label, id): [string, number] => [label, own[id]]);
    const [label, score] = ranked(pairs)[0];
    const labels = config.problemType === "multi_label_classification"
      ? { labels: predictedLabels(own, config) }
      : {};
    return { label, score, ...labels, scores: Object.fromEntries(pairs), truncated };
  });
}

/** The highest score first. */
function ranked(scores: readonly [string, number][]): [string, number][] {
  return scores.toSorted(([, a], [, b]) => b - a);
}

/**
 * The lines to print, in the order of the inputs.
 *
 * @param columns Width of the terminal, which a line of the table is cut to.
 */
export function render(
  { format, topK }: PredictFlags,
  inputs: readonly PredictInput[],
  answers: readonly Answer[],
  columns = Infinity,
): string[] {
  switch (format) {
    case "jsonl":
      return answers.map((answer) => JSON.stringify(answer));
    case "csv":
      return csvLines(inputs, answers);
    case "table":
      return inputs.map((input, i) => tableLine(input, answers[i], topK, columns));
  }
}

function csvLines(inputs: readonly PredictInput[], answers: readonly Answer[]): string[] {
  const names = Object.keys(answers[0]?.scores ?? {}).sort();
  const rows = answers.map((answer, i) => [
    inputs[i].text,
    answer.labels?.join("|") ?? answer.label,
    answer.score,
    answer.truncated,
    ...names.map((name) => answer.scores[name]),
  ]);
  const head = ["text", "label", "score", "truncated", ...names.map((name) => `score:${name}`)];
  return [stringify([head, ...rows]).trimEnd()];
}

/** Columns that are left for the start of the text, at least. */
const TEXT_COLUMNS = 16;

function tableLine(
  { text }: PredictInput,
  { scores, labels, truncated }: Answer,
  topK: number,
  columns: number,
): string {
  const best = ranked(Object.entries(scores)).slice(0, topK);
  const chosen = labels === undefined ? "" : `[${labels.join(", ")}]  `;
  const write = (widest: number) =>
    chosen + best.map(([label, score]) => `${cutMiddle(label, widest)} ${score.toFixed(4)}`).join("  ") +
    (truncated ? "  (cut)" : "");
  const flat = text.replace(/\s+/g, " ");
  const start = [...flat].length > 60 ? `${[...flat].slice(0, 59).join("")}…` : flat;
  if (columns === Infinity) return `${write(Infinity)}\t${start}`;
  const lengths = best.map(([label]) => textWidth(label));
  let widest = Math.max(...lengths);
  while (widest > 8 && textWidth(write(widest)) + 2 + TEXT_COLUMNS > columns) widest--;
  return cutEnd(`${write(widest)}  ${start}`, columns);
}

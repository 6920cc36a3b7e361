import { stringify } from "@std/csv";
import { visibleLine } from "@taxon/app-shared";
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

/** The lines to print, in the order of the inputs. */
export function render(
  { format, topK }: PredictFlags,
  inputs: readonly PredictInput[],
  answers: readonly Answer[],
): string[] {
  switch (format) {
    case "jsonl":
      return answers.map((answer) => JSON.stringify(answer));
    case "csv":
      return csvLines(inputs, answers);
    case "table":
      return inputs.map((input, i) => tableLine(input, answers[i], topK));
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

function tableLine({ text }: PredictInput, { scores, labels, truncated }: Answer, topK: number): string {
  const shown = ranked(Object.entries(scores)).slice(0, topK)
    .map(([label, score]) => `${visibleLine(label)} ${score.toFixed(4)}`).join("  ");
  const chosen = labels === undefined ? "" : `[${labels.map(visibleLine).join(", ")}]  `;
  const flat = visibleLine(text.replace(/\s+/g, " "));
  const start = [...flat].length > 60 ? `${[...flat].slice(0, 59).join("")}…` : flat;
  return `${chosen}${shown}${truncated ? "  (cut)" : ""}\t${start}`;
}

import { alignColumns } from "./columns.ts";
import { cutMiddle, pad, textWidth } from "./text_width.ts";

/** The least that a label is cut to beside the matrix. */
const SHORTEST = 8;
/** Pairs of labels that are named where the matrix is too wide. */
const SHOWN_PAIRS = 10;

/**
 * A confusion matrix as text: rows are the truth, columns the prediction. Where that is wider than `columns` even with
 * labels cut, the pairs of labels that were confused most often.
 */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
  columns = Infinity,
): string {
  const cell = Math.max(4, ...confusion.flat().map((count) => String(count).length + 1));
  const room = columns - 5 - cell * labels.length;
  if (room < SHORTEST) return mostConfused(confusion, labels, columns);
  const width = Math.min(room, Math.max(...labels.map(textWidth), 5));
  const heads = labels.map((_, id) => `(${id + 1})`.padStart(cell)).join("");
  const rows = confusion.map((row, id) => {
    const name = `${pad(cutMiddle(labels[id], width), width, "left")} ${`(${id + 1})`.padStart(4)}`;
    return name + row.map((count) => String(count).padStart(cell)).join("");
  });
  return [`${"truth".padStart(width)}     ${heads}`, ...rows].join("\n");
}

function mostConfused(
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
  columns: number,
): string {
  const pairs = confusion.flatMap((row, truth) =>
    row.map((count, predicted) => ({ truth, predicted, count }))
      .filter(({ predicted, count }) => predicted !== truth && count > 0)
  ).sort((a, b) => b.count - a.count);
  if (pairs.length === 0) return "No label was taken for another";
  const name = (id: number) => cutMiddle(labels[id], Math.floor((columns - 12) / 2));
  return alignColumns([
    ["truth → prediction, most often wrong", "rows"],
    ...pairs.slice(0, SHOWN_PAIRS).map(({ truth, predicted, count }) => {
      return [`${name(truth)} → ${name(predicted)}`, String(count)];
    }),
  ], columns);
}

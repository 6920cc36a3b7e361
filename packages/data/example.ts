/** One row of a data file before it is known what its label means. */
export interface LabelledRow {
  /** The only text, or the first of a pair. */
  text: string;
  /** The second text of a pair. */
  textPair?: string;
  /** As written; a list comes from a JSON array or from a label separator. */
  label: string | readonly string[];
  /** Line of the file on which the row starts, from 1. */
  row: number;
  /** Name of the file, for messages. */
  file: string;
}

/** One text with its answer, and where it was read: every message about a row names `file:row`. */
export interface Example {
  /** The only text, or the first of a pair. */
  text: string;
  /** The second text of a pair. */
  textPair?: string;
  /** One name for single-label problems, any number for multi-label ones, none for regression. */
  labels: readonly string[];
  /** The number to predict; only for regression. */
  target?: number;
  /** Line of the file on which the row starts, from 1. */
  row: number;
  /** Name of the file, for messages. */
  file: string;
}

/** A comparable form of an example's texts: duplicates are texts that differ only by case and white space. */
export function textKey({ text, textPair }: { text: string; textPair?: string }): string {
  const key = normalize(text);
  return textPair === undefined ? key : `${key}\n${normalize(textPair)}`;
}

function normalize(text: string): string {
  return text.toLowerCase().replace(/\s+/gu, " ").trim();
}

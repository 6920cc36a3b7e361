import type { LabelledRow } from "./example.ts";
import { splitLabels } from "./labels.ts";
import { splitLines } from "./records.ts";

/** Which keys of a JSONL file hold what. */
export interface JsonlOptions {
  /** Name for messages. */
  file: string;
  /** Default `text`. */
  textColumn?: string;
  /** Default `text_pair` where a row has it. */
  pairColumn?: string;
  /** Default `label`: a string, a number, a boolean, or an array of these for several labels. */
  labelColumn?: string;
  /** Cuts a label string into several labels. */
  labelSeparator?: string;
}

/** A text to classify, without a label. */
export interface TextInput {
  text: string;
  textPair?: string;
  /** Line of the file, from 1. */
  row: number;
}

/**
 * Rows of a JSON Lines file: one object a line.
 *
 * @throws {SyntaxError} Naming file and line: not JSON, not an object, a key missing or of the wrong type.
 */
export function parseJsonl(content: string, options: JsonlOptions): LabelledRow[] {
  const { file, labelColumn = "label", labelSeparator } = options;
  return jsonObjects(content, file).map(({ object, row }) => {
    const { text, textPair } = readTexts(object, row, options);
    const label = readLabel(required(object, labelColumn, row, file), `${file}:${row}`);
    return {
      text,
      ...(textPair !== undefined && { textPair }),
      label: labelSeparator !== undefined && typeof label === "string"
        ? splitLabels(label, labelSeparator)
        : label,
      row,
      file,
    };
  });
}

/**
 * Texts to classify: JSON Lines with a `text` (and perhaps `text_pair`) key, or one plain text a line.
 * Plain lines are kept as they are, blank ones too, so that answers line up with the input.
 *
 * @throws {SyntaxError} Naming file and line, for a line that is not JSON or has no text.
 */
export function parseTexts(
  content: string,
  options: { file: string; format: "jsonl" | "lines" },
): TextInput[] {
  const { file, format } = options;
  if (format === "jsonl") {
    return jsonObjects(content, file).map(({ object, row }) => ({
      ...readTexts(object, row, { file }),
      row,
    }));
  }
  const lines = content.replace(/^\ufeff/, "").split(/\r?\n/);
  if (lines[lines.length - 1] === "") lines.pop(); // the end of the last line, not a line
  return lines.map((text, i) => ({ text, row: i + 1 }));
}

type JsonObject = Record<string, unknown>;

function jsonObjects(content: string, file: string): { object: JsonObject; row: number }[] {
  return splitLines(content).map((line, i) => {
    const row = i + 1;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new SyntaxError(`${file}:${row}: not JSON: ${(error as Error).message}`);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new SyntaxError(
        `${file}:${row}: expected an object such as {"text": "…", "label": "…"}, got ${show(value)}`,
      );
    }
    return { object: value as JsonObject, row };
  });
}

function readTexts(
  object: JsonObject,
  row: number,
  options: JsonlOptions,
): { text: string; textPair?: string } {
  const { file, textColumn = "text", pairColumn } = options;
  const text = asText(required(object, textColumn, row, file), textColumn, `${file}:${row}`);
  if (pairColumn === undefined && (object["text_pair"] ?? null) === null) return { text };
  const name = pairColumn ?? "text_pair";
  return { text, textPair: asText(required(object, name, row, file), name, `${file}:${row}`) };
}

function required(object: JsonObject, key: string, row: number, file: string): unknown {
  if (Object.hasOwn(object, key)) return object[key];
  const known = Object.keys(object).map((name) => `"${name}"`).join(", ") || "none";
  throw new SyntaxError(`${file}:${row}: no key "${key}"; the keys of this row are: ${known}`);
}

function asText(value: unknown, key: string, place: string): string {
  if (typeof value === "string") return value;
  throw new SyntaxError(`${place}: "${key}" must be a string, got ${show(value)}`);
}

function readLabel(value: unknown, place: string): string | string[] {
  if (!Array.isArray(value)) return asLabel(value, place);
  const labels = value.map((label) => asLabel(label, place));
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw new SyntaxError(`${place}: label "${twice}" is listed twice`);
  return labels;
}

function asLabel(value: unknown, place: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw new SyntaxError(
    `${place}: a label must be a string, a number, a boolean or an array of these, got ${show(value)}`,
  );
}

function show(value: unknown): string {
  return Array.isArray(value) ? "an array" : value === null ? "null" : `a value of type ${typeof value}`;
}

import { kindOf } from "./json_records.ts";
import { splitLabels } from "./labels.ts";

/** Where a label stands. */
export interface LabelPlace {
  file: string;
  row: number;
  /** Cuts a label string into several labels. */
  labelSeparator?: string;
}

/**
 * The label or labels that a field or a value of JSON stands for.
 *
 * @throws {SyntaxError} Naming file and line, for a value that is none.
 */
export function readLabel(value: unknown, { file, row, labelSeparator }: LabelPlace): string | string[] {
  const place = `${file}:${row}`;
  if (Array.isArray(value)) {
    const labels = value.map((label) => asLabel(label, place));
    const twice = labels.find((label, i) => labels.indexOf(label) !== i);
    if (twice !== undefined) throw new SyntaxError(`${place}: label "${twice}" is listed twice`);
    return labels;
  }
  const label = asLabel(value, place);
  return labelSeparator !== undefined && typeof value === "string"
    ? splitLabels(label, labelSeparator)
    : label;
}

function asLabel(value: unknown, place: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  const remedy = (value ?? null) === null ? "; option skipEmpty leaves rows without a label out" : "";
  throw new SyntaxError(
    `${place}: a label must be a string, a number, a boolean or an array of these, got ${
      kindOf(value ?? null)
    }${remedy}`,
  );
}

import { kindOf } from "./json_records.ts";
import { splitLabels } from "./labels.ts";
import { parseLiteral } from "./literal.ts";

/** How the labels of a file are read. */
export interface LabelOptions {
  /** Name for messages. */
  file: string;
  /** Cuts a label string into several labels. */
  labelSeparator?: string;
  /** Gets what might not be meant, once for the file. */
  warn?: (message: string) => void;
}

/** Keys under which annotation tools keep the labels of a row. */
const WRAPPERS = ["choices", "choice", "labels", "label"];

/** What annotators said that they did not answer. */
const NO_ANSWER: readonly unknown[] = ["discarded", "draft", "pending"];

type Label = string | string[];

/**
 * Returns what reads the label or labels that a field or a value of JSON stands for: a name; a list of names, also
 * one that was written into a field; `{"choices": …}`; `{"A": 1, "B": 0}`; `[{"value": …, "status": …}]`, of which the
 * answers must agree. It gives undefined where annotators gave no answer.
 *
 * @throws {SyntaxError} Naming file and line, for a value that is no label.
 */
export function labelReader(options: LabelOptions): (value: unknown, row: number) => Label | undefined {
  const { file, labelSeparator, warn } = options;
  const said = new Set<string>();
  const once = (kind: string, message: string) => {
    if (!said.has(kind)) warn?.(message);
    said.add(kind);
  };
  return (value, row) => {
    const place = `${file}:${row}`;
    if (typeof value !== "string") return labelsOf(value, place);
    const literal = parseLiteral(value);
    if (literal !== undefined && !isAside(value)) {
      once("list", `${place}: labels such as ${shown(value)} are read as lists`);
      return labelsOf(literal, place);
    }
    if (/^\s*(?:array\()?[[{].*[\])}]\s*$/s.test(value)) {
      once(
        "class",
        `${place}: label ${shown(value)} looks like a list but is none, and is taken as the name of a class`,
      );
    }
    return labelSeparator === undefined ? value : splitLabels(value, labelSeparator);
  };
}

/** A field on one line, as it is or shortened. */
function shown(field: string): string {
  // deno-lint-ignore no-control-regex
  return field.length <= 60 && !/[\x00-\x1f\x7f-\x9f]/.test(field)
    ? field
    : `${JSON.stringify(field.slice(0, 60))}…`;
}

/** Whether a text is one in parentheses without quotes, such as (1), which is more often a name than a tuple. */
function isAside(text: string): boolean {
  return text.trim().startsWith("(") && !/['"]/.test(text);
}

function labelsOf(value: unknown, place: string): Label | undefined {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isAnswer)) return agreed(value, place);
    const labels = value.map((item) => oneLabel(item, place));
    const twice = labels.find((label, i) => labels.indexOf(label) !== i);
    if (twice !== undefined) throw new SyntaxError(`${place}: label "${twice}" is listed twice`);
    return labels;
  }
  if (!isObject(value)) return asLabel(value, place);
  refuseSpan(value, place);
  const wrapper = WRAPPERS.find((key) => Object.hasOwn(value, key));
  if (wrapper !== undefined) return labelsOf(value[wrapper], place);
  if (isAnswer(value)) return agreed([value], place);
  const categories = Object.entries(value);
  if (
    categories.length > 0 && categories.every(([, on]) => typeof on === "number" || typeof on === "boolean")
  ) {
    return categories.filter(([name, on]) => isOn(name, on, place)).map(([name]) => name);
  }
  return asLabel(value, place);
}

/** An answer of an annotator, as Argilla exports it and Label Studio's are read. */
function isAnswer(value: unknown): value is { value: unknown; status?: unknown } {
  return isObject(value) && Object.hasOwn(value, "value");
}

function agreed(answers: readonly { value: unknown; status?: unknown }[], place: string): Label | undefined {
  const given = answers.filter(({ status }) => !NO_ANSWER.includes(status)).map(({ value }) =>
    labelsOf(value, place)
  );
  const other = given.find((label) => keyOf(label) !== keyOf(given[0]));
  if (other === undefined) return given[0];
  throw new SyntaxError(
    `${place}: annotators disagree, ${JSON.stringify(given[0])} and ${
      JSON.stringify(other)
    }; settle on one answer`,
  );
}

function keyOf(label: Label | undefined): string {
  return JSON.stringify(Array.isArray(label) ? label.toSorted() : label);
}

function oneLabel(item: unknown, place: string): string {
  if (!isObject(item)) return asLabel(item, place);
  refuseSpan(item, place);
  const wrapper = WRAPPERS.find((key) => Object.hasOwn(item, key));
  return asLabel(wrapper === undefined ? item : item[wrapper], place);
}

function isOn(name: string, value: unknown, place: string): boolean {
  if (value === 1 || value === true) return true;
  if (value === 0 || value === false) return false;
  throw new SyntaxError(
    `${place}: category "${name}" has the value ${value}; only 1 and 0 say whether it is a label of the text`,
  );
}

function refuseSpan(value: Record<string, unknown>, place: string): void {
  if (Object.hasOwn(value, "start") && Object.hasOwn(value, "end")) {
    throw new SyntaxError(
      `${place}: the label marks a part of the text; a classifier needs labels of whole texts`,
    );
  }
}

function asLabel(value: unknown, place: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  const keys = isObject(value) ? ` with the keys ${Object.keys(value).slice(0, 5).join(", ") || "none"}` : "";
  const remedy = (value ?? null) === null ? "; option skipEmpty leaves rows without a label out" : "";
  throw new SyntaxError(
    `${place}: a label must be a string, a number, a boolean or an array of these, got ${
      kindOf(value ?? null)
    }${keys}${remedy}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

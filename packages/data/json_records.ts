import { splitLines } from "./records.ts";
import type { TableRecord } from "./table_record.ts";

/**
 * Rows of JSON: one object a line, or all of them in an array.
 *
 * @param exactNumbers Whether numbers that a double cannot hold are kept as they are written.
 * @throws {SyntaxError} Naming file and line: not JSON, or not an object.
 */
export function jsonRecords(content: string, file: string, exactNumbers = false): TableRecord[] {
  const isArray = /^\ufeff?\s*\[/.test(content);
  return Array.from(isArray ? arrayElements(content, file) : lines(content), ({ row, source }) => {
    const value = parse(source, { file, row, content, reviver: exactNumbers ? keepNumber : undefined });
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new SyntaxError(
        `${file}:${row}: expected an object such as {"text": "…", "label": "…"}, got ${kindOf(value)}`,
      );
    }
    return { row, names: Object.keys(value), values: Object.values(value) };
  });
}

/** What a value of JSON is, for messages. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a value of type ${typeof value}`;
}

interface Source {
  row: number;
  source: string;
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** Keeps a number as it is written where a double cannot hold it, such as an id of 19 digits. */
function keepNumber(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== "number" || source === undefined || String(value) === source) return value;
  return (JSON as unknown as { rawJSON(source: string): unknown }).rawJSON(source); // TypeScript does not know it yet
}

function parse(
  source: string,
  { file, row, content, reviver }: { file: string; row: number; content: string; reviver?: Reviver },
): unknown {
  try {
    return JSON.parse(source, reviver as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    const whole = row === 1 ? keysOf(content) : undefined;
    throw new SyntaxError(
      whole === undefined
        ? `${file}:${row}: not JSON: ${(error as Error).message}`
        : `${file}:1: expected an array of rows, or a row a line, got one object with the keys ${whole}`,
    );
  }
}

/** The keys of an object that goes over several lines. */
function keysOf(content: string): string | undefined {
  try {
    return Object.keys(JSON.parse(content)).slice(0, 10).map((key) => `"${key}"`).join(", ");
  } catch {
    return undefined;
  }
}

/** Lines, blank ones too, but for those at the end. */
function lines(content: string): Source[] {
  const sources = splitLines(content).map((source, i) => ({ row: i + 1, source }));
  while (sources.length > 0 && /^ *$/.test(sources[sources.length - 1].source)) sources.pop();
  return sources;
}

/** The elements of an array, cut here because JSON.parse does not tell on which line a value starts. */
function* arrayElements(content: string, file: string): Generator<Source> {
  const lineEnd = content.includes("\n") ? "\n" : "\r";
  const mark = /["[\]{},]/g;
  let [depth, start, row, counted] = [0, 0, 1, 0];
  for (let match = mark.exec(content); match !== null; match = mark.exec(content)) {
    const at = match.index;
    if (match[0] === '"') mark.lastIndex = stringEnd(content, at);
    else if (match[0] === "[" || match[0] === "{") depth++;
    else if (match[0] !== ",") depth--;
    const ends = match[0] === "," ? depth === 1 : depth === 0;
    if (match[0] === "[" && depth === 1) start = at + 1;
    if (!ends) continue;
    const source = content.slice(start, at);
    const first = start + (/\S/.exec(source)?.index ?? source.length);
    for (let end = content.indexOf(lineEnd, counted); end >= 0 && end < first;) {
      row++;
      counted = end + 1;
      end = content.indexOf(lineEnd, counted);
    }
    const isEmpty = depth === 0 && source.trim() === "" && content.slice(0, start).trimEnd().endsWith("[");
    if (!isEmpty) yield { row, source };
    start = at + 1;
    if (depth === 0) {
      const rest = content.slice(start).trim();
      if (rest === "") return;
      throw new SyntaxError(
        `${file}:${row}: not JSON: text behind the end of the array: ${rest.slice(0, 20)}`,
      );
    }
  }
  throw new SyntaxError(`${file}:${row}: not JSON: the array that starts on line 1 does not end`);
}

/** The place behind the string that starts at `at`. */
function stringEnd(content: string, at: number): number {
  for (let end = content.indexOf('"', at + 1); end >= 0; end = content.indexOf('"', end + 1)) {
    let slash = end;
    while (content[slash - 1] === "\\") slash--;
    if ((end - slash) % 2 === 0) return end + 1;
  }
  return content.length;
}
